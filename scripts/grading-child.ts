// Builds the two files of the process that runs a submission: its program, and tfjs-core with gradients, chained operations and the cpu backend.
import { cp, mkdir, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, type BuildOptions } from 'esbuild';
import { licencesOf, packagesOf } from './licences.js';

const shared: BuildOptions = {
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minify: true,
  legalComments: 'eof',
  mainFields: ['module', 'main'],
};

/** Writes `grading-tfjs.js.gz`, compressed because otherwise it would be a third of the package, and `grading-child.js` into a folder. */
export async function buildGradingChild(folder: string): Promise<void> {
  const { outputFiles } = await build({
    ...shared,
    stdin: {
      contents: [
        `export * from '@tensorflow/tfjs-core';`,
        `import '@tensorflow/tfjs-core/dist/register_all_gradients';`,
        `import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';`,
        `import '@tensorflow/tfjs-backend-cpu';`,
      ].join('\n'),
      resolveDir: '.',
    },
    // tfjs-core asks Node for 'util'
    banner: { js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);` },
    write: false,
  });
  await mkdir(folder, { recursive: true });
  await replace(join(folder, 'grading-tfjs.js.gz'), gzipSync(outputFiles[0]!.contents, { level: 9 }));
  const child = await build({
    ...shared,
    entryPoints: ['src/grading/child/program.ts'],
    external: ['@tensorflow/tfjs-core'],
    write: false,
    metafile: true,
  });
  const licences = await licencesOf(packagesOf(Object.keys(child.metafile.inputs)));
  const program = `${child.outputFiles[0]!.text}/*\n${licences}\n*/\n`;
  await replace(join(folder, 'grading-child.js'), Buffer.from(program));
}

/** Replaces a file as one step, since another grader may be reading it. */
async function replace(path: string, contents: Uint8Array): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, contents);
  await rename(unfinished, path);
}

/** Writes the package that the trainings of the course may import into a folder: one module, and tfjs's wasm binary. */
export async function buildGivenPackage(folder: string): Promise<void> {
  await build({
    ...shared,
    entryPoints: ['examples/course/given.ts'],
    external: ['@tensorflow/tfjs-core'],
    // tfjs's program for wasm was written for a module of CommonJS
    banner: {
      js: [
        `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
        `const __filename = import.meta.filename, __dirname = import.meta.dirname;`,
      ].join('\n'),
    },
    outfile: join(folder, 'index.js'),
  });
  const binaries = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  await cp(join(binaries, SIMD), join(folder, SIMD));
  await writeFile(join(folder, 'package.json'), '{ "type": "module", "main": "index.js" }');
}

const SIMD = 'tfjs-backend-wasm-simd.wasm';
