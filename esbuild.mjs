import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as esbuild from 'esbuild';

const watch = process.argv.includes('--watch');
const production = process.argv.includes('--production');

/**
 * VS Code loads CommonJS faster than ES modules, esbuild splits ES modules only. So the bundle is split as ES modules,
 * which keeps what is imported on demand in files of its own and every module single, and each file is then written
 * as CommonJS.
 */
const asCommonJs = {
  name: 'as-common-js',
  setup(build) {
    build.onEnd(async ({ errors, metafile }) => {
      if (errors.length > 0 || !metafile) return;
      const written = Object.keys(metafile.outputs).filter((file) => file.endsWith('.js'));
      for (const file of written) {
        const { code } = await esbuild.transform(await readFile(file, 'utf8'), {
          format: 'cjs',
          platform: 'node',
          target: 'node22',
          minify: production,
          sourcemap: production ? false : 'inline',
          supported: { 'dynamic-import': false },
        });
        // The wrapper for `import * as vscode` would read every getter of the API, at 10 ms a time.
        await writeFile(file, code.replaceAll(/[\w$]+\(require\("vscode"\)\)/g, 'require("vscode")'));
      }
      const kept = new Set(Object.keys(metafile.outputs).map((file) => path.resolve(file)));
      for (const entry of await readdir('dist', { recursive: true, withFileTypes: true })) {
        const file = path.resolve(entry.parentPath, entry.name);
        if (entry.isFile() && !kept.has(file)) await rm(file);
      }
      // What is loaded when, for the tests that keep start-up small.
      await mkdir('out', { recursive: true });
      await writeFile('out/bundle.json', JSON.stringify(metafile.outputs));
      console.log(`built ${new Date().toLocaleTimeString()}: ${written.length} files`);
    });
  },
};

const context = await esbuild.context({
  entryPoints: { extension: 'src/extension.ts' },
  outdir: 'dist',
  chunkNames: 'chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  // jsonc-parser's "main" is a UMD file that no bundler can follow.
  mainFields: ['module', 'main'],
  target: 'node22',
  external: ['vscode'],
  minify: production,
  sourcemap: production ? false : 'inline',
  metafile: true,
  logLevel: 'warning',
  plugins: [asCommonJs],
});

if (watch) await context.watch();
else {
  await context.rebuild();
  await context.dispose();
}
