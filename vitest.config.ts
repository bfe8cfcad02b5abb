import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { findChromium, launchOptions, type Chromium } from './tests/browser/chromium.js';
import { CountReporter } from './tests/setup/count-reporter.js';

/** Rooms whose tests hold on every backend; a file named *.node.test.ts needs Node. */
const rooms =
  'tests/{tensor,random,gradients,operations,distributions,nets,metrics,training,diffusion,gan,vae,layers,testing,math,contract}/**/';
const everywhere = [`${rooms}*.test.ts`];
const nodeOnly = [`${rooms}*.node.test.ts`];

const alias = [
  { find: /^tfjs-generative$/, replacement: fileURLToPath(new URL('./src/index.ts', import.meta.url)) },
  { find: /^tfjs-generative\/(.*)$/, replacement: fileURLToPath(new URL('./src/$1/index.ts', import.meta.url)) },
];

const tensorflow = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-data',
];

/** Bundles of dependencies are not shared by versions of Node: each would replace the other's in the middle of its run. */
const cacheOf = (name: string): string => `node_modules/.vite/${name}-node-${process.versions.node}`;

const nodeBackends = ['@tensorflow/tfjs-backend-cpu', '@tensorflow/tfjs-backend-wasm'];

function nodeProject(name: string, include: string[], backend: 'cpu' | 'wasm'): TestProjectInlineConfiguration {
  return {
    cacheDir: cacheOf(name),
    // The same form of every tfjs package for all: the other one would bring a second tfjs-core beside the gradients' own.
    resolve: { alias, mainFields: ['module', 'main'] },
    ssr: { resolve: { mainFields: ['module', 'main'] } },
    test: {
      name,
      include,
      environment: 'node',
      setupFiles: [`tests/setup/${backend}.ts`],
      // One instance of tfjs-core for the library and the backend, in its tree-shakable form: without chained ops.
      server: { deps: { inline: [/@tensorflow/, /deps_ssr/] } },
      // Its hundreds of small files are bundled once: a test file then starts in a quarter of a second, not in two.
      deps: { optimizer: { ssr: { enabled: true, include: [...tensorflow, ...nodeBackends] } } },
    },
  };
}

function browserProject(name: string, chromium: Chromium): TestProjectInlineConfiguration {
  return {
    cacheDir: cacheOf(name),
    resolve: { alias },
    // All that tests import: what is found later makes the page load anew in the middle of a run.
    optimizeDeps: {
      include: [
        ...tensorflow,
        '@tensorflow/tfjs-backend-cpu',
        `@tensorflow/tfjs-backend-${name}`,
        '@tensorflow/tfjs-vis',
        'fast-check',
        'ml-matrix',
      ],
    },
    test: {
      name: `${name} in a browser`,
      include: everywhere,
      exclude: nodeOnly,
      setupFiles: [`tests/setup/${name}.ts`],
      isolate: false,
      fileParallelism: false,
      sequence: { groupOrder: 1 },
      browser: {
        enabled: true,
        headless: true,
        screenshotFailures: false,
        ui: false,
        provider: playwright({ launchOptions: launchOptions(chromium) }),
        instances: [{ browser: 'chromium', name }],
      },
    },
  };
}

/** A backend by its registered name: `BACKEND=tensorflow BACKEND_PACKAGE=@tensorflow/tfjs-node npm test`. */
function namedProject(name: string): TestProjectInlineConfiguration {
  // Not inlined: a package with native code brings its own tfjs-core from Node's module cache, and gradients with it.
  return {
    resolve: { alias },
    test: { name, include: everywhere, environment: 'node', setupFiles: ['tests/setup/named-backend.ts'] },
  };
}

const browsers = ['webgl', 'webgpu'];
const projects = [
  nodeProject('cpu', everywhere, 'cpu'),
  nodeProject('wasm', [...everywhere, 'tests/wasm/**/*.test.ts'], 'wasm'),
  nodeProject('node', ['tests/{node,examples,docs}/**/*.test.ts'], 'cpu'),
  {
    test: {
      name: 'package',
      include: ['tests/{package,types}/**/*.test.ts'],
      environment: 'node' as const,
      globalSetup: ['tests/package/pack.ts'],
    },
  },
];

const notRun: string[] = [];
await findChromium().then(
  (chromium) => projects.push(...browsers.map((name) => browserProject(name, chromium))),
  (error: unknown) => {
    if (process.env['CI'])
      throw new Error('No browser runs here, so webgl and webgpu cannot be tested.', { cause: error });
    notRun.push(...browsers);
    console.error(
      `\n*** NO BROWSER RUNS HERE: webgl and webgpu are NOT TESTED. Set CHROMIUM_PATH.\n*** ${String(error)}\n`,
    );
  },
);

const backend = process.env['BACKEND'];
if (backend !== undefined && !['cpu', 'wasm', ...browsers].includes(backend)) projects.push(namedProject(backend));

export default defineConfig({
  test: {
    projects: projects.map((project) => ({ ...project, extends: true as const })),
    reporters: ['default', ...(process.env['GITHUB_ACTIONS'] ? ['github-actions'] : []), new CountReporter(notRun)],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // tfjs's advice to install its Node package is no news here.
    onConsoleLog: (log) => !log.includes('you are running TensorFlow.js in Node.js'),
  },
});
