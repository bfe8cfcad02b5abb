/**
 * Makes the training steps of one model on Dawn's null device, which accepts every command and computes nothing: fork it with MODEL [CLONE].
 * The library and tfjs come from the clone, by default this one. For each number that it receives it makes that many steps, and
 * sends {@link Steps}.
 */
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Core from '@tensorflow/tfjs-core';
import { create, globals } from 'webgpu';
import type * as Library from '../../src/index.js';
import { denoisingMlpOf } from '../steps/denoising-mlp.js';
import type * as OwnKernels from '../../src/webgpu/index.js';
import type * as Models from '../steps/models.js';

/** What is sent to the GPU. */
export interface Sent {
  dispatches: number;
  /** Tensors whose numbers came from the host. */
  tensors: number;
  /** Small buffers with the shapes and numbers of one dispatch. */
  uniforms: number;
  /** Buffers that were not reused. */
  buffers: number;
}

/** What a kernel did in one step, with the kernels that it called. */
export interface Kernel extends Sent {
  calls: number;
  milliseconds: number;
}

/** What this program sends. */
export interface Steps {
  /** Milliseconds of each step. */
  readonly times: readonly number[];
  readonly sent: Sent;
  readonly kernels: Readonly<Record<string, Kernel>>;
  /** Dispatches by tfjs's programs; ours are one. */
  readonly programs: Readonly<Record<string, number>>;
}

const [model = '', clone = '.'] = process.argv.slice(2);
const from = <T>(file: string): Promise<T> => import(pathToFileURL(resolve(clone, file)).href) as Promise<T>;
const ofClone = createRequire(pathToFileURL(resolve(clone, 'package.json')));

Object.assign(globalThis, globals);
Object.defineProperty(globalThis, 'navigator', { value: { gpu: create(['backend=null']) }, configurable: true });
const tf = ofClone('@tensorflow/tfjs-core') as typeof Core;
ofClone('@tensorflow/tfjs');
ofClone('@tensorflow/tfjs-backend-webgpu');
await tf.setBackend('webgpu');

const NOTHING: Sent = { dispatches: 0, tensors: 0, uniforms: 0, buffers: 0 };
let sent = { ...NOTHING };
let programs: Record<string, number> = {};

type Methods = Record<string, (...list: unknown[]) => unknown>;
/** Calls `before` whenever a method is called. */
function watch(owner: object, method: string, before: (...list: unknown[]) => void): void {
  const methods = owner as Methods;
  const original = methods[method]!;
  methods[method] = function (...list: unknown[]) {
    before(...list);
    return original.apply(this, list);
  };
}

interface Backend {
  readonly tensorMap: { get(id: unknown): { readonly values: unknown; readonly resource: unknown } };
}
const backend = tf.backend() as unknown as Backend;
const classes = globals as Record<string, { readonly prototype: object }>;
watch(classes['GPUComputePassEncoder']!.prototype, 'dispatchWorkgroups', () => sent.dispatches++);
watch(classes['GPUQueue']!.prototype, 'writeBuffer', (buffer) => {
  if (((buffer as GPUBuffer).usage & GPUBufferUsage.STORAGE) > 0) sent.tensors++;
  else sent.uniforms++;
});
watch(classes['GPUDevice']!.prototype, 'createBuffer', () => sent.buffers++);
watch(backend, 'uploadToGPU', (id) => {
  const { values, resource } = backend.tensorMap.get(id);
  if (values != null && resource == null) sent.tensors++;
});
watch(backend, 'runWebGPUProgram', (program) => {
  const name = (program as object).constructor.name.replace(/Program$/, '');
  programs[name] = (programs[name] ?? 0) + 1;
});

/** One step, with what each of its kernels did. */
function watchedStep(step: () => unknown): Pick<Steps, 'sent' | 'kernels' | 'programs'> {
  const kernels: Record<string, Kernel> = {};
  const configs = tf.getKernelsForBackend('webgpu');
  const register = (config: Core.KernelConfig): void => {
    tf.unregisterKernel(config.kernelName, 'webgpu');
    tf.registerKernel(config);
  };
  let depth = 0;
  for (const config of configs) {
    const { kernelName, kernelFunc } = config;
    const watched: Core.KernelFunc = (params) => {
      if (depth > 0) return kernelFunc(params);
      depth++;
      const [before, start] = [{ ...sent }, performance.now()];
      try {
        return kernelFunc(params);
      } finally {
        depth--;
        const own = (kernels[kernelName] ??= { calls: 0, milliseconds: 0, ...NOTHING });
        own.milliseconds += performance.now() - start;
        own.calls++;
        for (const what of ['dispatches', 'tensors', 'uniforms', 'buffers'] as const) {
          own[what] += sent[what] - before[what];
        }
      }
    };
    register({ ...config, kernelFunc: watched });
  }
  sent = { ...NOTHING };
  programs = {};
  try {
    step();
  } finally {
    configs.forEach(register);
  }
  const ofTfjs = Object.values(programs).reduce((sum, count) => sum + count, 0);
  if (sent.dispatches > ofTfjs) programs['ours'] = sent.dispatches - ofTfjs;
  return { sent, kernels, programs };
}

const library = await from<typeof Library>('src/index.ts');
const ownKernels = 'src/webgpu/index.ts';
if (existsSync(resolve(clone, ownKernels))) (await from<typeof OwnKernels>(ownKernels)).useWebgpuKernels();
const { modelOf } = await from<typeof Models>('bench/steps/models.ts');

const denoising = (): (() => void) => {
  const once = denoisingMlpOf(tf, library);
  return () => once().dispose();
};
const step = model === 'denoising mlp' ? denoising() : modelOf(model)!();
/** Lets Dawn free what the last step no longer needs: the null device has half a gigabyte. */
const pause = (): Promise<void> => new Promise((done) => void setTimeout(done, 0));
// the first ones compile the programs, and fill the pool of buffers
for (let i = 0; i < 8; i++) {
  await pause();
  void step();
}

process.on('message', (count: number) => void measure(count));
async function measure(count: number): Promise<void> {
  const times: number[] = [];
  for (let i = 0; i < count; i++) {
    await pause();
    const start = performance.now();
    void step();
    times.push(performance.now() - start);
  }
  const [watched, ...others] = [watchedStep(step), watchedStep(step), watchedStep(step)] as const;
  for (const { kernels } of others) {
    for (const [name, { milliseconds }] of Object.entries(kernels)) {
      const own = watched.kernels[name]!;
      own.milliseconds = Math.min(own.milliseconds, milliseconds);
    }
  }
  const steps: Steps = { ...watched, times };
  process.send!(steps);
}
process.send!('ready');
