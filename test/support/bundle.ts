import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { projectRoot } from './provision.ts';

interface Output {
  readonly entryPoint?: string;
  readonly imports: readonly { readonly path: string; readonly kind: string }[];
}

/** The bundle's files that are loaded with every window: the entry, what starts after it, and all that those import. */
export async function startUpFiles(): Promise<string[]> {
  const outputs = JSON.parse(await readFile(path.join(projectRoot, 'out/bundle.json'), 'utf8')) as Record<string, Output>;
  const found = new Set<string>();
  const add = (file: string) => {
    if (found.has(file)) return;
    found.add(file);
    for (const { path: imported, kind } of outputs[file]?.imports ?? [])
      if (kind === 'import-statement' && outputs[imported]) add(imported);
  };
  for (const [file, { entryPoint }] of Object.entries(outputs))
    if (entryPoint === 'src/extension.ts' || entryPoint === 'src/start.ts') add(file);
  return [...found].map((file) => path.join(projectRoot, file));
}
