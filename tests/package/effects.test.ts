import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build as esbuild, type Plugin } from 'esbuild';
import { build as vite } from 'vite';
import { webpack } from 'webpack';
import { expect, test } from 'vitest';
import { consumer, runNode, write } from './consumer.js';

/** Bundles a program for Node into one CommonJS file, without tfjs, and returns the file. */
type Bundle = (name: string, program: string) => Promise<string>;

const outside = [/^@tensorflow\//];

const bundlers: Record<string, Bundle> = {
  async esbuild(name, program) {
    const outfile = join(consumer, 'effects', name, 'esbuild.cjs');
    await esbuild({
      stdin: { contents: program, resolveDir: consumer },
      bundle: true,
      minify: true,
      format: 'cjs',
      platform: 'node',
      external: ['@tensorflow/*'],
      logLevel: 'silent',
      outfile,
    });
    return outfile;
  },
  async Vite(name, program) {
    const outDir = join(consumer, 'effects', name, 'vite');
    await vite({
      root: consumer,
      configFile: false,
      logLevel: 'error',
      build: {
        outDir,
        minify: true,
        lib: { entry: write(`effects/${name}/vite.js`, program), formats: ['cjs'], fileName: () => 'bundle.cjs' },
        rolldownOptions: { external: outside },
      },
    });
    return join(outDir, 'bundle.cjs');
  },
  async webpack(name, program) {
    const output = { path: join(consumer, 'effects', name, 'webpack'), filename: 'bundle.cjs' };
    const entry = write(`effects/${name}/webpack.js`, program);

    await new Promise<void>((resolve, reject) => {
      webpack(
        {
          mode: 'production',
          target: 'node',
          context: consumer,
          entry,
          output,
          externals: outside,
          externalsType: 'commonjs',
        },
        (error, stats) => {
          if (error !== null) reject(error);
          else if (stats?.hasErrors() === true) reject(new Error(stats.toString('errors-only')));
          else resolve();
        },
      );
    });
    return join(output.path, output.filename);
  },
};

test.each(Object.entries(bundlers))(
  "a bundle by %s keeps tfjs's threaded binary out, even where it uses nothing of /wasm",
  async (_, bundle) => {
    const file = await bundle(
      'wasm',
      `import * as tf from '@tensorflow/tfjs-core'; import { startWasm } from 'tfjs-generative/wasm';
       console.log('threaded: ' + tf.env().getFlags().WASM_HAS_MULTITHREAD_SUPPORT);`,
    );
    expect(await runNode(file)).toContain('threaded: false');
  },
);

test.each(['bench/size/vae-app.ts', 'examples/shared/backend.ts', 'scripts/api-reports.ts', 'tests/setup/cpu.ts'])(
  'a bundle keeps a file of the repository that is imported for what it does: %s',
  async (file) => {
    const { warnings } = await esbuild({
      stdin: { contents: `import './${file}';`, resolveDir: '.' },
      bundle: true,
      packages: 'external',
      format: 'esm',
      platform: 'node',
      write: false,
    });
    expect(warnings.map(({ text }) => text)).toEqual([]);
  },
);

test('no file of the package imports another one of which it uses nothing', () => {
  const dist = join(consumer, 'node_modules', 'tfjs-generative', 'dist');
  const bare = readdirSync(dist)
    .filter((file) => /\.c?js$/.test(file) && !file.includes('global'))
    .flatMap((file) => readFileSync(join(dist, file), 'utf8').match(/^(import|require\() ?'\.[^']*'\)?;$/gm) ?? []);
  expect(bare).toEqual([]);
});

test.each([
  'index',
  'backend',
  'gradients',
  'logs',
  'layers',
  'run',
  'model',
  'tables',
  'tokens',
  'transforms',
  'music',
])('a bundle keeps nothing that a module of %s makes when it is loaded', async (entry) => {
  // as if the package did not say that its files have no side effects: a module of which one name is used is kept to this extent
  const keepModules: Plugin = {
    name: 'keep modules',
    setup: ({ onResolve, resolve }) =>
      onResolve({ filter: /^\./ }, async ({ path, pluginData, ...from }) =>
        pluginData === true
          ? undefined
          : { ...(await resolve(path, { ...from, pluginData: true })), sideEffects: true },
      ),
  };
  const { outputFiles } = await esbuild({
    stdin: {
      contents: `import './${entry}.js';`,
      resolveDir: join(consumer, 'node_modules', 'tfjs-generative', 'dist'),
    },
    bundle: true,
    minify: true,
    format: 'esm',
    external: ['@tensorflow/*'],
    plugins: [keepModules],
    write: false,
  });
  expect(outputFiles[0]!.text.replaceAll(/import(\*as [\w$]+ from)?"@tensorflow\/[\w-]+";/g, '').trim()).toBe('');
});

test.each(Object.entries(bundlers))(
  'a bundle by %s has nothing of the main entry but what it uses',
  async (_, bundle) => {
    const file = await bundle('main', `import { gaussianKl } from 'tfjs-generative'; console.log(gaussianKl);`);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('logVariance');
    // nothing of a network, a trainer, a loss; the limits of size-limit, for one bundler, are closer
    expect(text).not.toMatch(/dense|createVaeTrainer|Logits/);
    expect(text.length).toBeLessThan(20_000);
  },
);

test.each(Object.entries(bundlers))(
  'a bundle by %s of what a page needs to watch a run has no tfjs',
  async (_, bundle) => {
    const program = `import { connectRun, createPace } from 'tfjs-generative/run'; console.log(connectRun, createPace);`;
    const text = readFileSync(await bundle('watching', program), 'utf8');
    // neither ours nor an import of it, which would be all of tfjs
    expect(text.includes('must lead to a worker')).toBe(true);
    expect(text.includes('tensorflow')).toBe(false);
    expect(gzipSync(text).length).toBeLessThan(4_100);
  },
);

/** A package of others with one part of its own, beside a function that has nothing to do with it. */
const wrapping = (mark: string): string => `
  import * as tf from '@tensorflow/tfjs-core';
  import { definePart } from 'tfjs-generative/model';
  export const scale = ${mark}definePart('acme/scale', ({ size }) => {
    const factors = tf.tidy(() => tf.variable(tf.ones([size])));
    return { apply: (x) => tf.mul(x, factors), variables: [factors], dispose: () => factors.dispose() };
  });
  export const half = (x) => tf.mul(0.5, x);`;

test.each(
  Object.entries(bundlers).flatMap(([name, bundle]) =>
    // esbuild does not see the mark on the function itself, which is in another file; Vite keeps 1 kB that it takes for used
    [...(name === 'webpack' ? [''] : []), '/* @__PURE__ */ '].map((mark) => [name, mark, bundle] as const),
  ),
)(
  'a bundle by %s has no part of a package of which it uses something else (definePart after "%s")',
  async (name, mark, bundle) => {
    const folder = `wrapping-${name}-${mark === '' ? 'plain' : 'marked'}`;
    const sizeOf = async (of: string, text: string): Promise<number> => {
      write(`effects/${folder}/${of}.js`, text);
      const program = `import { half } from ${JSON.stringify(join(consumer, 'effects', folder, `${of}.js`))}; console.log(half);`;
      return gzipSync(readFileSync(await bundle(`${folder}/${of}`, program))).length;
    };
    const alone = `import * as tf from '@tensorflow/tfjs-core'; export const half = (x) => tf.mul(0.5, x);`;
    expect((await sizeOf('package', wrapping(mark))) - (await sizeOf('alone', alone))).toBeLessThan(400);
  },
);
