import { readFile, rm, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { defineConfig, type Options } from 'tsup';
import { entries as names, moduleOf } from './docs/package.mjs';
import { writeDeclarations } from './scripts/declarations.js';
import { buildGradingChild } from './scripts/grading-child.js';
import { licencesOf, packagesOf } from './scripts/licences.js';
import { oneChunk } from './scripts/one-chunk.js';
import { markMakers } from './scripts/mark-makers.js';
import { shortenModules } from './scripts/shorten-modules.js';
import { shortShaders } from './scripts/shorten-shaders.js';
import { helperProgram } from './src/wasm/threads/helper-program.js';

/** For script tags: tfjs is the one that its own script tag gives to the page as `tf`, and to the wasm backend as `tf.wasm`. */
const globalTfjs: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'global tfjs',
  setup(build) {
    build.onResolve({ filter: /^@tensorflow\// }, ({ path }) => ({ path, namespace: 'global tfjs' }));
    build.onLoad({ filter: /.*/, namespace: 'global tfjs' }, ({ path }) => {
      const [value, tag] = path.endsWith('wasm')
        ? ['globalThis.tf?.wasm', path]
        : ['globalThis.tf', '@tensorflow/tfjs'];
      const missing = `tfjs-generative: the script of ${tag} must come first`;
      return { contents: `if (!${value}) throw new Error('${missing}'); module.exports = ${value};` };
    });
    // the script of tfjs has all gradients
    build.onLoad({ filter: /register-gradients\.ts$/ }, () => ({
      contents: 'export const registerGradients = () => {};',
    }));
  },
};

/** The files of other packages that are in a build. */
const bundled = new Set<string>();

/**
 * The packages of `devDependencies` that `src` imports become part of the build, so that an app installs none of them. Some are CommonJS,
 * and would ask for Node's modules with `require`, which an ES module does not have.
 */
const otherPackages: NonNullable<Options['esbuildPlugins']>[number] = {
  name: 'other packages',
  setup(build) {
    build.onLoad({ filter: /\/node_modules\/.*\.[mc]?js$/ }, ({ path }) => {
      bundled.add(path);
      return undefined;
    });
    // its ES modules, of which unused parts are left out; its `exports` lead to CommonJS
    build.onResolve({ filter: /^ml-matrix$/ }, () => ({
      path: resolve('node_modules/ml-matrix/src/index.js'),
      sideEffects: false,
    }));
    build.onResolve({ filter: /^(assert|buffer|events|readline|stream|util|zlib)$/ }, ({ path, kind }) =>
      kind === 'require-call' ? { path, namespace: 'Node' } : undefined,
    );
    build.onLoad({ filter: /.*/, namespace: 'Node' }, ({ path }) => ({
      contents: `import value from 'node:${path}'; module.exports = value;`,
    }));
  },
};

/**
 * What the minifiers of bundlers leave undone: a constant is written where it is used, a value that is used once in its place. It makes
 * the entries 1% smaller in an app. Names and lines stay, for those who read the published files.
 */
const simplified: Options = {
  minify: 'terser',
  terserOptions: {
    // bundlers keep a constant that is computed, as `1 / 0` is, although nothing uses it
    compress: { passes: 2, inline: 1, reduce_funcs: false, sequences: false, keep_infinity: true },
    mangle: false,
    format: { beautify: true, indent_level: 2, preserve_annotations: true },
  },
};

/** What nothing bundles again is written as short as possible; terser's names make it 4% smaller, gzipped, than esbuild's. */
const forScriptTag = (globalName: string, entry: Record<string, string>): Options => ({
  entry,
  format: 'iife',
  globalName,
  target: 'es2022',
  platform: 'browser',
  minify: 'terser',
  terserOptions: { ecma: 2020, compress: { passes: 2 }, mangle: true },
  noExternal: [/^@tensorflow\//],
  esbuildPlugins: [globalTfjs],
});

/** The entries of the package. */
const entries = Object.fromEntries(names.map((name) => [name, moduleOf(name)]));

/**
 * What is no entry, but gets a chunk of its own: esbuild keeps an import of tfjs in each file of which it uses anything, and a page that
 * watches a run in a worker needs no tfjs. ml-matrix writes into its classes when
 * it is loaded, so it stays in a file of which anything is used. Node would take what packages in CommonJS export for names of `node.cjs`.
 */
const chunks = Object.fromEntries(
  [
    'run/connect-run',
    'run/create-run',
    'run/accumulate-gradients',
    'run/split-optimizer',
    'metrics/eigenvalue-decomposition',
    'node/decode-jpeg',
    'node/decode-png',
    'node/png',
    'node/terminal-progress',
  ].map((name) => [name, `src/${name}.ts`]),
);

/** Imports what needs no tfjs; no entry, but gives it a chunk. */
const PLAIN = 'temp/plain.ts';

/** Node finds the names of a CommonJS file in its text, and passes over those that `enumerable: !0` hides, as terser writes it. */
async function showExports(entry: string): Promise<void> {
  const file = `dist/${entry}.cjs`;
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll('enumerable: !0', 'enumerable: true'));
}

export default defineConfig([
  {
    entry: { ...entries, ...chunks, plain: PLAIN },
    format: ['esm', 'cjs'],
    target: 'es2022',
    ...simplified,
    dts: { entry: writeDeclarations('temp/declarations') },
    esbuildPlugins: [shortShaders, otherPackages, await oneChunk(PLAIN, Object.values({ ...entries, ...chunks }))],
    // Nothing happens in a chunk when it is imported: one of which nothing is used need not be loaded.
    treeshake: { moduleSideEffects: (id) => !/\bchunk-\w+\.(js|cjs)$/.test(id) },
    // The other builds write into the same folder, at the same time.
    clean: ['!**/*.global.js'],
    // One copy of every class in the CommonJS build as well, so that `instanceof ShapeError` holds across entries.
    splitting: true,
    // The file of this module is asked for in CommonJS by another name.
    esbuildOptions: (options) => {
      options.logOverride = { 'empty-import-meta': 'silent' };
    },
    // Files that are no entries: what runs submissions, and one for pages that may not run a blob; it is a script as it stands, no module.
    onSuccess: async () => {
      await Promise.all(names.map(showExports));
      await shortenModules('dist');
      markMakers('dist');
      await buildGradingChild('dist');
      await writeFile('dist/third-party-licenses.txt', `${await licencesOf(packagesOf(bundled))}\n`);
      await writeFile('dist/wasm-helper.js', helperProgram('self'));
      for (const file of ['dist/plain.js', 'dist/plain.cjs']) await rm(file);
      for (const room of ['run', 'metrics', 'node']) await rm(`dist/${room}`, { recursive: true, force: true });
    },
  },
  forScriptTag('tfjsGenerative', { 'tfjs-generative': 'src/global.ts' }),
  forScriptTag('tfjsGenerativeWasm', { 'tfjs-generative-wasm': 'src/wasm/index.ts' }),
  forScriptTag('tfjsGenerativeModel', { 'tfjs-generative-model': 'src/model/index.ts' }),
  forScriptTag('tfjsGenerativeMetrics', { 'tfjs-generative-metrics': 'src/metrics/index.ts' }),
]);
