import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './provision.ts';

/** Puts the built extension where VS Code finds it installed: into a folder of its own below `extensionsDir`. */
export async function installExtension(extensionsDir: string): Promise<string> {
  const { publisher, name, version } = JSON.parse(await readFile(path.join(projectRoot, 'package.json'), 'utf8')) as Record<string, string>;
  const target = path.join(extensionsDir, `${publisher ?? ''}.${name ?? ''}-${version ?? ''}`);
  await mkdir(target, { recursive: true });
  for (const part of ['package.json', 'README.md', 'dist', 'examples', 'media'])
    await cp(path.join(projectRoot, part), path.join(target, part), { recursive: true });
  return target;
}
