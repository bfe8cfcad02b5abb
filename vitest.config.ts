import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig, type TestProjectInlineConfiguration } from 'vitest/config';
import { findAdapter } from './tests/browser/adapter.js';
import { findChromium, launchOptions, type Chromium } from './tests/browser/chromium.js';
import { bundledTfjs } from './tests/setup/bundle-tfjs.js';
import { CountReporter } from './tests/setup/count-reporter.js';
import { LongestFirst } from './tests/setup/longest-first.js';

/** Rooms whose tests hold on every backend. */
const rooms =
  'tests/{tensor,backend,random,gradients,operations,distributions,nets,metrics,training,loop,verdicts,diffusion,gan,vae,layers,images,run,pytorch,testing,model,logs,math,contract,tokens,tables,transforms,music,record,onnx}/**/';
/** Test files of these rooms with a word at the end of their names: `sampler.host.test.ts`. {@link inPage} may follow it. */
const ending = (word: string): string => `${rooms}*.${word}{,.page}.test.ts`;

const everywhere = [`${rooms}*.test.ts`];
/** Tests for which one backend is enough: they run once, on wasm, the fastest. */
const host = [ending('host')];
/** Tests of the cpu backend, or tests that replace the backend. */
const cpuOnly = [ending('cpu')];
/** Runs that take long, statistical ones and a page on a software adapter: `npm run tool -- test:long`. */
const long = [ending('long'), 'tests/{node,examples}/*.long.test.ts'];
/** Those that train for seconds, start other programs or break thousands of files: `npm run tool -- test:slow`, which CI runs. */
const slow = ['tests/**/*.slow.test.ts'];
const slowOnCpu = ['tests/**/*.{cpu,node}.slow.test.ts'];
const slowKernels = ['tests/wasm/*.slow.test.ts'];
/** What `npm test` does not run. */
const elsewhere = [...long, ...slow];

/** Derivatives and most of our own operations, and what has more than 16,384 rows, too many for {@link anyShape}. */
const deep = [ending('deep')];
/** The setup of WebGL with a shader for each operation, not for each shape: half the time. */
const anyShape = 'webgl-any-shape';

/*
 * Laws that a backend leaves out, because others run them: cpu takes ten times as long as wasm for a trainer, WebGL compiles a shader for
 * each shape. `npm run tool -- test:everywhere` runs them there, too.
 */
/** Trainers, networks and losses, on wasm only: `tests/webgpu/families.test.ts` trains each family on WebGPU. */
const wasmOnly = [ending('wasm')];
/** Laws that WebGL leaves out. */
const onFastBackends = [ending('fast'), ...wasmOnly];

/** Tests of our kernels on WebGPU. */
const ownKernels = ['tests/webgpu/*.test.ts'];

/** A file or two of each room: that a page gives WebGPU, and bits, as Node does. The kernels themselves are in `test:everywhere`. */
const pageFiles = [`${rooms}*.page.test.ts`];

/**
 * What `npm test` runs on WebGL and WebGPU: operations, their gradients, and a law or two of each room. Everything else is made of these operations,
 * as it is on wasm and cpu; `npm run tool -- test:everywhere` runs it there, too.
 */
const onGpu = ['tests/{operations,gradients,contract}/**/*.test.ts', ...pageFiles];

const alias = [
  { find: /^tfjs-generative$/, replacement: fileURLToPath(new URL('./src/index.ts', import.meta.url)) },
  { find: /^tfjs-generative\/(.*)$/, replacement: fileURLToPath(new URL('./src/$1/index.ts', import.meta.url)) },
];

/** What pages import; {@link bundledTfjs} is for Node. */
const tensorflow = [
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-core/dist/register_all_gradients',
  '@tensorflow/tfjs-layers',
  '@tensorflow/tfjs-data',
];

/** Bundles of dependencies are not shared by versions of Node: each would replace the other's in the middle of its run. */
const cacheOf = (name: string): string => `node_modules/.vite/${name}-node-${process.versions.node}`;

type NodeBackend = 'cpu' | 'wasm' | 'webgpu';

interface NodeProject extends Pick<
  NonNullable<TestProjectInlineConfiguration['test']>,
  'exclude' | 'isolate' | 'env' | 'globalSetup' | 'testTimeout'
> {
  readonly include: string[];
  readonly backend: NodeBackend;
}

const tfjs = await bundledTfjs();

function nodeProject(name: string, { backend, ...test }: NodeProject): TestProjectInlineConfiguration {
  return {
    resolve: { alias: [...alias, ...tfjs] },
    test: {
      name,
      environment: 'node',
      setupFiles: ['tests/setup/lower-priority.ts', `tests/setup/${backend === 'webgpu' ? 'dawn' : backend}.ts`],
      // The projects read the same files: they are transformed once.
      experimental: { fsModuleCache: true },
      ...test,
    },
  };
}

/** A page that runs its files on one backend. */
interface Page {
  readonly name: string;
  readonly include: string[];
  readonly exclude: string[];
  /** The file that starts the backend. */
  readonly setup: string;
}

/** Pages of one server, which prepares each source once. */
function browserProject(chromium: Chromium, pages: readonly Page[]): TestProjectInlineConfiguration {
  return {
    cacheDir: cacheOf('pages'),
    resolve: { alias },
    // All that tests import: a dependency that is found later reloads the page in the middle of a run.
    optimizeDeps: {
      include: [
        ...tensorflow,
        ...['cpu', 'webgl', 'webgpu'].map((backend) => `@tensorflow/tfjs-backend-${backend}`),
        '@tensorflow/tfjs-vis',
        'fast-check',
        'ml-matrix',
      ],
    },
    test: {
      name: 'pages',
      isolate: false,
      browser: {
        enabled: true,
        headless: true,
        fileParallelism: false,
        screenshotFailures: false,
        ui: false,
        provider: playwright({ launchOptions: launchOptions(chromium) }),
        instances: pages.map(({ setup, ...page }) => ({
          browser: 'chromium',
          setupFiles: [fileURLToPath(new URL(`tests/setup/${setup}.ts`, import.meta.url))],
          ...page,
        })),
      },
    },
  };
}

/** A backend by its registered name: `BACKEND=tensorflow BACKEND_PACKAGE=@tensorflow/tfjs-node npm test`. */
function namedProject(name: string): TestProjectInlineConfiguration {
  // Not inlined: a package with native code brings its own tfjs-core from Node's module cache, and gradients with it.
  return {
    resolve: { alias },
    test: {
      name,
      include: everywhere,
      exclude: [...host, ...cpuOnly, ...elsewhere],
      environment: 'node',
      setupFiles: ['tests/setup/named-backend.ts'],
    },
  };
}

/** Whether this is `npm run tool -- test:everywhere`: the files that a backend leaves out of `npm test`, because others run them. */
const isEverywhere = process.argv.includes('--mode=everywhere');

const notRun: string[] = [];

/** WebGPU in Node with a few files in a page; where Node has no adapter, all in a page. WebGL is in pages only. */
async function gpuProjects(): Promise<TestProjectInlineConfiguration[]> {
  const exclude = [...host, ...cpuOnly, ...elsewhere];
  const adapter = await findAdapter().catch((error: unknown) => {
    console.error(
      `\n*** NODE HAS NO WebGPU ADAPTER HERE: webgpu is tested in a browser, slowly.\n*** ${String(error)}\n`,
    );
  });
  const chromium = await findChromium().catch((error: unknown) => {
    if (process.env['CI']) throw new Error('No browser runs here, so webgl cannot be tested.', { cause: error });
    notRun.push('webgl', adapter === undefined ? 'webgpu' : 'webgpu-page');
    console.error(
      `\n*** NO BROWSER RUNS HERE: ${notRun.join(' and ')} are NOT TESTED. Set CHROMIUM_PATH.\n*** ${String(error)}\n`,
    );
  });
  const projects: TestProjectInlineConfiguration[] = [];
  const include = [...(isEverywhere ? everywhere : onGpu), ...ownKernels];
  const left = isEverywhere ? exclude : [...exclude, ...wasmOnly];
  if (chromium !== undefined) {
    const webgl = isEverywhere ? exclude : [...exclude, ...onFastBackends];
    const webgpu = { name: 'webgpu', setup: 'webgpu', include, exclude: left };
    const inPage = isEverywhere ? ['tests/webgpu/kernels.test.ts'] : pageFiles;
    projects.push(
      browserProject(chromium, [
        // A page compiles its shaders on one core: two pages use both.
        {
          name: 'webgl',
          setup: isEverywhere ? 'webgl' : anyShape,
          include: isEverywhere ? everywhere : onGpu,
          exclude: [...webgl, ...deep],
        },
        { name: 'webgl-deep', setup: 'webgl', include: deep, exclude: webgl },
        adapter === undefined ? webgpu : { ...webgpu, name: 'webgpu-page', include: inPage, exclude: elsewhere },
      ]),
    );
  }
  if (adapter !== undefined) {
    // Mesa compiles for the moment, not for speed.
    const env = { GALLIVM_PERF: 'nopt' };
    projects.push(nodeProject('webgpu', { backend: 'webgpu', include, exclude: left, isolate: false, env }));
  }
  return projects;
}

const named = process.env['BACKEND'];

function cpuProject(exclude: string[]): TestProjectInlineConfiguration {
  return nodeProject('cpu', {
    backend: 'cpu',
    include: everywhere,
    exclude: [...host, ...elsewhere, ...exclude],
    isolate: false,
  });
}

async function dailyProjects(): Promise<TestProjectInlineConfiguration[]> {
  return [
    ...(await gpuProjects()),
    // Files share a process, as they do in a page: each starts in a tenth of the time.
    nodeProject('wasm', { backend: 'wasm', include: everywhere, exclude: [...cpuOnly, ...elsewhere], isolate: false }),
    // These replace kernels, fill the heap and end backends: each file has a process.
    nodeProject('wasm-kernels', {
      backend: 'wasm',
      include: ['tests/wasm/**/*.test.ts'],
      exclude: elsewhere,
      env: { WASM_THREADS: '2' },
    }),
    cpuProject(onFastBackends),
    nodeProject('node', {
      backend: 'cpu',
      include: ['tests/{node,browser}/**/*.test.ts'],
      exclude: elsewhere,
      isolate: false,
    }),
    ...(named !== undefined && !['cpu', 'wasm', 'webgl', 'webgpu'].includes(named) ? [namedProject(named)] : []),
  ];
}

/** The tarball as users install it: its entries, types and bundles, and whole programs, which train for a minute or two. */
const packageProject: TestProjectInlineConfiguration = {
  test: {
    name: 'package',
    include: ['tests/{package,types}/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['tests/package/pack.ts'],
    // a program that trains for half a minute takes several on a busy machine
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
};

/** The lab: its experiments on wasm, the programs that it writes, and its page in Chromium. */
function labProject(): TestProjectInlineConfiguration {
  const { test, ...project } = nodeProject('lab', { backend: 'wasm', include: ['examples/lab/tests/**/*.test.ts'] });
  return { ...project, test: { ...test, globalSetup: ['tests/package/pack.ts', 'examples/lab/tests/build.ts'] } };
}

/** The course: its exercises, with all that students may get wrong, and how submissions are graded. */
function courseProject(): TestProjectInlineConfiguration {
  const { test, ...project } = nodeProject('course', { backend: 'cpu', include: ['tests/course/**/*.test.ts'] });
  return { ...project, test: { ...test, globalSetup: ['tests/course/build.ts'] } };
}

/** Short runs of the programs in `examples/research`, which measure for the guides and are not meant to be copied. */
const research = ['tests/examples/{couplings,families,likelihoods,vae-literature}.node.test.ts'];

/** The examples, run as users run them, briefly; and the parts that they are made of. */
const examplesProject = nodeProject('examples', {
  backend: 'cpu',
  include: ['tests/examples/**/*.test.ts'],
  exclude: [...long, ...research],
});
const researchProject = nodeProject('research', { backend: 'cpu', include: research });

/** What users do first: the package in an empty folder, the quickstart, a lesson, a page of the lab and of the site. The CI gate runs it. */
const smokeProject = nodeProject('smoke', {
  backend: 'cpu',
  include: ['tests/smoke/*.test.ts'],
  globalSetup: ['tests/package/pack.ts', 'tests/smoke/build.ts'],
  testTimeout: 400_000,
});

/** What the guides and docstrings say: their programs, numbers and links. */
const docsProject = nodeProject('docs', {
  backend: 'cpu',
  include: ['tests/docs/**/*.test.ts'],
  isolate: false,
});

/** The site, written once: its search, its links, widths, and axe. */
const siteProject: TestProjectInlineConfiguration = {
  resolve: { alias },
  test: {
    name: 'site',
    include: ['docs/site/tests/**/*.test.ts'],
    environment: 'node',
    globalSetup: ['docs/site/tests/build.ts'],
    testTimeout: 400_000,
    hookTimeout: 400_000,
  },
};

/** `npm test`, or one of the runs that are commands of their own. */
async function chosenProjects(): Promise<TestProjectInlineConfiguration[]> {
  if (process.argv.includes('--mode=long')) {
    const { test, ...project } = nodeProject('long', { backend: 'wasm', include: long });
    // for a busy machine
    return [{ ...project, test: { ...test, testTimeout: 3_600_000 } }];
  }
  if (process.argv.includes('--mode=slow'))
    return [
      nodeProject('slow', { backend: 'wasm', include: slow, exclude: [...slowOnCpu, ...slowKernels], isolate: false }),
      nodeProject('slow-kernels', { backend: 'wasm', include: slowKernels, exclude: [], env: { WASM_THREADS: '2' } }),
      nodeProject('slow-cpu', { backend: 'cpu', include: slowOnCpu, exclude: [] }),
    ];
  if (process.argv.includes('--mode=package')) return [packageProject];
  if (process.argv.includes('--mode=smoke')) return [smokeProject];
  if (process.argv.includes('--mode=examples')) return [examplesProject];
  if (process.argv.includes('--mode=research')) return [researchProject];
  if (process.argv.includes('--mode=lab')) return [labProject()];
  if (process.argv.includes('--mode=course')) return [courseProject()];
  if (process.argv.includes('--mode=docs')) return [docsProject];
  if (process.argv.includes('--mode=site')) return [siteProject];
  if (isEverywhere) return [...(await gpuProjects()), cpuProject([])];
  // for scripts/mutants.ts
  const tests = process.env['MUTANT_TESTS']?.split('\n');
  if (tests !== undefined) return [nodeProject('mutants', { backend: 'cpu', include: tests, isolate: false })];
  return dailyProjects();
}

const timeouts = { testTimeout: 120_000, hookTimeout: 120_000 };
const projects = await chosenProjects();

export default defineConfig({
  test: {
    // Not by `extends`, which would load this file, and look for a browser, once more for each project.
    projects: projects.map((project) => ({ ...project, test: { ...timeouts, ...project.test } })),
    reporters: ['default', ...(process.env['GITHUB_ACTIONS'] ? ['github-actions'] : []), new CountReporter(notRun)],
    sequence: { sequencer: LongestFirst },
    // the tests of the course wait for submissions that never end, those of the lab for its page: much of their time no core is busy
    maxWorkers: ['--mode=course', '--mode=lab'].some((mode) => process.argv.includes(mode)) ? 3 : 2,
    maxConcurrency: 2,
    // tfjs's advice to install its Node package is no news here.
    onConsoleLog: (log: string) => !log.includes('you are running TensorFlow.js in Node.js'),
  },
});
