/// <reference types="vite/client" />
// A worker for one backend: it starts it, makes a model, and times the model's steps as the page asks.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-webgpu';
import simd from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import {
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  predictVelocity,
  readMetrics,
} from 'tfjs-generative';
import { startBackend } from 'tfjs-generative/backend';
import { startWasm } from 'tfjs-generative/wasm';
import { useWebgpuKernels } from 'tfjs-generative/webgpu';
import { denoisingMlpOf } from '../../bench/steps/denoising-mlp.js';
import { dcgan, unetStep, vae, type Step } from '../../bench/steps/families.js';
import { findAdapter, type Adapter } from '../shared/find-adapter.js';

/** How steps are computed: on wasm, on WebGPU with this library's kernels, or on WebGPU with tfjs's alone. */
export type Kind = 'wasm' | 'webgpu' | 'tfjs';

const models = {
  vae,
  denoisingMlp: () =>
    denoisingMlpOf(tf, {
      cosineSchedule,
      createAdam,
      createDenoiser,
      createDiffusionTrainer,
      createRandom,
      denoisingMlp,
      predictVelocity,
    }),
  dcgan,
  unet: () => unetStep(),
} satisfies Record<string, () => Step>;
export type Model = keyof typeof models;

/** What the page asks for: first to load all that is needed, then a model, and any number of times. */
export type Request = { readonly open: Kind } | { readonly make: Model } | { readonly time: number };

/** The answers to the three requests, in turn. */
export interface Opened {
  readonly adapter?: Adapter | { readonly why: string };
}
export interface Made {
  /** Milliseconds of a step, roughly. */
  readonly roughly: number;
  /** Programs that a step sends to the GPU. */
  readonly dispatches?: number;
  /** Threads of wasm. */
  readonly threads?: number;
}
export interface Times {
  /** Milliseconds of a step. */
  readonly milliseconds: number;
}

/** Steps before the first timing: they compile. Slow ones are fewer. */
const WARM_UP = { steps: 12, milliseconds: 2000 };

interface Device extends EventTarget {
  readonly lost: Promise<unknown>;
  destroy(): void;
}

let kind: Kind = 'wasm';
let wasmFile: string | undefined;
let step: Step | undefined;
/** The errors that the GPU reports apart from results, such as a lack of memory. */
let fault: string | undefined;
/** Resolves once the GPU is lost. */
let lost = new Promise<boolean>(() => undefined);
let dispatches = 0;

const handlers = { open, make, time };
self.onmessage = ({ data }: MessageEvent<Request>) => {
  const [[name, value]] = Object.entries(data) as [[keyof typeof handlers, never]];
  handlers[name](value).then(
    (answer) => self.postMessage(answer),
    async (error: unknown) => {
      // a busy browser tells of a lost device after the failures that it causes
      const isLost = await Promise.race([lost, new Promise<false>((done) => setTimeout(done, 15_000, false))]);
      self.postMessage({ failed: isLost ? 'the GPU was lost' : (error as Error).message });
    },
  );
};

async function open(of: Kind): Promise<Opened> {
  kind = of;
  if (kind === 'wasm') {
    // each model starts the backend again, even without a network
    wasmFile = URL.createObjectURL(await (await fetch(simd)).blob());
    return {};
  }
  const { GPUComputePassEncoder: encoder } = globalThis as { GPUComputePassEncoder?: { prototype: Encoder } };
  if (encoder !== undefined) countDispatches(encoder.prototype);
  const adapter = await findAdapter();
  if (kind === 'webgpu' && 'name' in adapter) useWebgpuKernels();
  return { adapter };
}

interface Encoder {
  dispatchWorkgroups(...counts: number[]): void;
}
function countDispatches(encoder: Encoder): void {
  const { dispatchWorkgroups } = encoder;
  encoder.dispatchWorkgroups = function (...counts) {
    dispatches++;
    dispatchWorkgroups.apply(this, counts);
  };
}

async function make(model: Model): Promise<Made> {
  end();
  const about = await start();
  step = models[model]();
  const begun = performance.now();
  await run(1);
  let roughly = await run(1);
  for (let made = 2; made < WARM_UP.steps && performance.now() - begun < WARM_UP.milliseconds; made += 2) {
    roughly = await run(2);
  }
  dispatches = 0;
  step().dispose();
  return { roughly, ...about, ...(kind === 'wasm' ? {} : { dispatches }) };
}

async function start(): Promise<{ readonly threads?: number }> {
  if (kind === 'wasm') {
    const threads = self.crossOriginIsolated ? 2 : 1;
    return { threads: (await startWasm({ paths: { 'tfjs-backend-wasm-simd.wasm': wasmFile! }, threads })).threads };
  }
  await startBackend('webgpu');
  const { device } = tf.backend() as unknown as { readonly device: Device };
  fault = undefined;
  lost = device.lost.then(() => true);
  device.addEventListener('uncapturederror', (event) => {
    fault ??= (event as unknown as { error: Error }).error.message;
  });
  return {};
}

/** Frees everything: the next model has a backend, and a GPU device, of its own. */
function end(): void {
  step = undefined;
  const { webgpu } = tf.engine().registry as { readonly webgpu?: { readonly device?: Device } };
  tf.engine().reset();
  webgpu?.device?.destroy();
}

/** Times some steps; a few before them wake a processor or a GPU that has rested. */
async function time(steps: number): Promise<Times> {
  await run(Math.ceil(steps / 4));
  return { milliseconds: await run(steps) };
}

/** Makes steps, and waits for the last loss, so for all of them; returns the milliseconds of each. */
async function run(steps: number): Promise<number> {
  const begun = performance.now();
  for (let i = 1; i < steps; i++) step!().dispose();
  const { loss } = await readMetrics({ loss: step!() as tf.Scalar });
  if (fault !== undefined) throw new Error(fault);
  if (!Number.isFinite(loss)) throw new Error(`the loss is ${loss}`);
  return (performance.now() - begun) / steps;
}
