import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';

/** What tests import, in the tree-shakable form: without chained ops and gradients. */
const entries = {
  core: '@tensorflow/tfjs-core',
  gradients: '@tensorflow/tfjs-core/dist/register_all_gradients',
  layers: '@tensorflow/tfjs-layers',
  data: '@tensorflow/tfjs-data',
  cpu: '@tensorflow/tfjs-backend-cpu',
  wasm: '@tensorflow/tfjs-backend-wasm',
  webgpu: '@tensorflow/tfjs-backend-webgpu',
  union: '@tensorflow/tfjs',
} as const;

/**
 * Bundles tfjs's hundreds of small files, so that a test file starts in a quarter of a second instead of two, and returns where each package is
 * then. All share one tfjs-core. The bundles are made once for a version of tfjs; Node loads them itself, in the tests of every backend.
 */
export async function bundledTfjs(): Promise<{ find: RegExp; replacement: string }[]> {
  const { version } = JSON.parse(await readFile('node_modules/@tensorflow/tfjs-core/package.json', 'utf8')) as {
    version: string;
  };
  const folder = resolve(`node_modules/.cache/tfjs-${version}`);
  if (!existsSync(folder)) {
    // two runs may begin at the same time
    const made = `${folder}-${process.pid}`;
    await build({
      entryPoints: entries,
      outdir: made,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      mainFields: ['module', 'main'],
      outExtension: { '.js': '.mjs' },
      // some of the files are CommonJS
      banner: {
        js: [
          "import { createRequire as requireOf } from 'node:module';",
          "import { dirname as folderOf } from 'node:path';",
          "import { fileURLToPath as pathOf } from 'node:url';",
          'const require = requireOf(import.meta.url), __filename = pathOf(import.meta.url), __dirname = folderOf(__filename);',
        ].join('\n'),
      },
      logLevel: 'error',
    });
    await rename(made, folder).catch(() => rm(made, { recursive: true }));
  }
  return Object.entries(entries).map(([name, entry]) => ({
    find: new RegExp(`^${entry}$`),
    replacement: `${folder}/${name}.mjs`,
  }));
}
