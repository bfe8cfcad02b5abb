import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { checkInteger } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import type { OwnKernel } from '../tensor/own-kernels.js';
import type { KernelFunction } from './composition/compose.js';
import { useArithmetic, type Arithmetic } from './heap/arithmetic.js';
import { heapOf } from './heap/heap.js';
import { adam } from './kernels/adam.js';
import { batchMatMul } from './kernels/batch-mat-mul.js';
import { add, multiply } from './kernels/add-multiply.js';
import { concat } from './kernels/concat.js';
import { conv2dBackpropFilter } from './kernels/conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './kernels/conv2d-backprop-input.js';
import { conv2d, fusedConv2d } from './kernels/conv2d.js';
import { conv3dBackpropFilter, conv3dBackpropInput } from './kernels/conv3d-gradients.js';
import { dense } from './kernels/dense.js';
import { depthwiseBackpropFilter } from './kernels/depthwise-backprop-filter.js';
import { depthwiseBackpropInput } from './kernels/depthwise-backprop-input.js';
import { depthwiseConv2d, fusedDepthwiseConv2d } from './kernels/depthwise-conv2d.js';
import { einsum } from './kernels/einsum.js';
import { extremes } from './kernels/extremes.js';
import { fusedMatMul } from './kernels/fused-mat-mul.js';
import { gather } from './kernels/gather.js';
import { cast, identity } from './kernels/identity.js';
import { indexed } from './kernels/indexed.js';
import type { AddedKernel, ReplacedKernel } from './kernels/kernel.js';
import { limits } from './kernels/limits.js';
import { maxPools } from './kernels/max-pools.js';
import { normalizeGradient } from './kernels/normalize-gradient.js';
import { normalize } from './kernels/normalize.js';
import { normals } from './kernels/normals.js';
import { oneHot } from './kernels/one-hot.js';
import { pools } from './kernels/pools.js';
import { refused } from './kernels/refused.js';
import { sharers } from './kernels/sharers.js';
import { slice, splitV } from './kernels/slice.js';
import { slope } from './kernels/slope.js';
import { softmaxGradient } from './kernels/softmax-gradient.js';
import { mean, sum } from './kernels/sum-mean.js';
import { swishGradient } from './kernels/swish-gradient.js';
import { topK } from './kernels/top-k.js';
import { unaryFunctions } from './kernels/unary-functions.js';
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.js';
import { fileAddress } from './start/address.js';
import { enableThreads, registeredEntry, startedHeap } from './start/enable-threads.js';
import { restartable } from './start/restartable.js';

/** Options of {@link enableWasmTraining}. */
export interface WasmTrainingOptions {
  /**
   * Threads that may be used, at least 1; 2 by default, or as in the previous call. There are at most 16. More than 2 were tested
   * for correctness, and not measured for speed; more than processors only wait for each other.
   */
  readonly threads?: number | undefined;
  /**
   * The address of `tfjs-generative/wasm-helper`, the script of the other threads, for pages whose content policy refuses `blob:`
   * workers; by default a blob. Node does without it.
   */
  readonly helper?: string | URL | undefined;
  /**
   * Asks the engine for vectors of 256 bits, in which products and convolutions take up to half the time; false by default. In Node from
   * version 24 on this sets an experimental flag of V8, `--experimental-wasm-revectorize`, for the whole process; elsewhere nothing can
   * be set, and what the engine does by itself is used anyway. Results have the same bits.
   */
  readonly wide?: boolean | undefined;
  /**
   * Allows multiplications and additions to be fused, with one rounding for both, where the engine has relaxed SIMD; false by default.
   * Faster still, but results then depend on the machine in their last bits. On one machine they are the same in each run.
   */
  readonly fused?: boolean | undefined;
}

/** The result of {@link enableWasmTraining}. */
export interface WasmTrainingReport {
  /** The number of threads in use, or to be used once the backend starts. */
  readonly threads: number;
  /** Why only one thread is used, or fewer than were asked for. */
  readonly reason?: string | undefined;
  /** The kernels of the wasm backend that are now this library's, sorted; the same for every call. */
  readonly kernels: readonly string[];
  /** The kernels that this very call installed: all of them in the first call, none in a later one. */
  readonly installed: readonly string[];
  /** How products are computed; chosen in the first call, by a measurement of some milliseconds. */
  readonly arithmetic: Arithmetic;
}

const added: readonly AddedKernel[] = [
  adam,
  conv2dBackpropFilter,
  dense,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  normalize,
  normalizeGradient,
  normals,
  slope,
  softmaxGradient,
  swishGradient,
  unsortedSegmentSum,
];

const replaced: readonly ReplacedKernel[] = [
  add,
  batchMatMul,
  cast,
  concat,
  conv2d,
  conv2dBackpropInput,
  conv3dBackpropFilter,
  conv3dBackpropInput,
  depthwiseConv2d,
  ...extremes,
  fusedConv2d,
  fusedDepthwiseConv2d,
  fusedMatMul,
  gather,
  identity,
  ...indexed,
  ...limits,
  ...maxPools,
  mean,
  multiply,
  oneHot,
  ...pools,
  ...refused,
  ...sharers,
  slice,
  splitV,
  sum,
  topK,
  ...unaryFunctions,
];

/** Marks our kernel functions for every copy of this module, such as the CommonJS build beside the ES module. */
const mark = Symbol.for('tfjs-generative.wasm.kernel');

/**
 * Makes tfjs's wasm backend able to train: adds the kernels that gradients need and wasm lacks, and replaces those that
 * are wrong or too slow for training.
 *
 * Most are SIMD kernels of a small module that works on tfjs's own heap; the others are composed of tfjs's kernels. All are
 * installed through tfjs's public registry, so they serve every tfjs program on the page. The function may be called before or
 * after `tf.setBackend('wasm')`, and more than once: a later call installs nothing. The kernels stay when the backend is removed,
 * and serve the next one. Gradients themselves come from `import '@tensorflow/tfjs'`.
 *
 * Several threads are used where memory can be shared: in Node, and in pages and workers that are cross-origin isolated. For
 * that, call the function before the backend starts: tfjs's binary is then started on a shared memory, by a hook on
 * `WebAssembly.instantiate` that is in place only during the start. Results are bit-identical for any number of threads. The
 * other threads end with the backend, or with {@link disposeWasmTraining}, and keep no process alive; they sleep
 * while there is no work. In a page the main thread waits on no lock, but a training step blocks the page: train in a worker.
 *
 * @remarks
 * The kernels were compared with the cpu backend of tfjs 4.22, values and gradients to 1e-4 relative, on calls drawn at random. What
 * tfjs's kernels compute wrongly is replaced or, where it is rare, refused by name; the guide lists both. Not covered: complex
 * numbers and Fourier transforms, which wasm lacks.
 *
 * @param options - see {@link WasmTrainingOptions}
 * @returns which kernels are in place; nothing to dispose
 * @throws (as rejections) TypeError or RangeError if an option is wrong; Error after `tf.removeBackend('wasm')`, which forgets how to make one
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs';
 * import { enableWasmTraining } from 'tfjs-generative/wasm';
 *
 * const { kernels } = await enableWasmTraining();
 * await tf.setBackend('wasm');
 * console.log(kernels.includes('Conv2DBackpropFilter')); // true
 * ```
 *
 * @see https://github.com/tensorflow/tfjs/issues/8474 on what the wasm backend lacks
 */
export async function enableWasmTraining(options: WasmTrainingOptions = {}): Promise<WasmTrainingReport> {
  const { threads, helper, wide, fused } = readOptions('enableWasmTraining', options, {
    threads: { is: checkInteger, default: undefined },
    helper: optional,
    wide: { is: checkBoolean, default: undefined },
    fused: { is: checkBoolean, default: undefined },
  });
  const program = helper === undefined ? undefined : fileAddress('enableWasmTraining', 'helper', helper);
  registeredEntry('enableWasmTraining');
  const chosen = useArithmetic({ wide, fused });
  const installed: string[] = [];
  for (const { kernelName, kernel, needsHeap } of added) {
    const present = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    // If tfjs has the kernel itself, its own is the better one.
    if (present !== undefined) continue;
    const own: OwnKernel = { kernelName, backendName: 'wasm', kernelFunc: marked(restartable(kernel)) };
    tf.registerKernel(needsHeap === true ? { ...own, isReady } : own);
    installed.push(kernelName);
  }
  for (const { kernelName, replace } of replaced) {
    const original = tf.getKernel(kernelName, 'wasm');
    if (isOurs(original.kernelFunc)) continue;
    tf.unregisterKernel(kernelName, 'wasm');
    // The old setup function stays: it binds the original, which ours calls.
    tf.registerKernel({ ...original, kernelFunc: marked(restartable(replace(original.kernelFunc))) });
    installed.push(kernelName);
  }
  const kernels = [...added, ...replaced]
    .map(({ kernelName }) => kernelName)
    .filter((kernelName) => isOurs(tf.getKernel(kernelName, 'wasm').kernelFunc));
  const inUse = await enableThreads({ threads, program });
  const running = startedHeap()?.arithmetic ?? chosen;
  const arithmetic = running === chosen ? chosen : { ...running, reason: 'the backend had started with these tiles' };
  return { ...inUse, kernels: kernels.sort(), installed: installed.sort(), arithmetic };
}

function marked(kernel: KernelFunction): KernelFunction {
  return Object.defineProperty(kernel, mark, { value: true });
}

function isReady(backend: tf.KernelBackend): boolean {
  return heapOf(backend) !== null;
}

function isOurs(kernel: KernelFunction): boolean {
  return mark in kernel;
}

function checkBoolean(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongKind(where, argument, 'must be true or false', { got: value });
}
