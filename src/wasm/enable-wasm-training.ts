import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { checkBoolean, checkInteger } from '../tensor/checks.js';
import { readOptions, type Rules } from '../tensor/options.js';
import type { KernelFunction } from './composition/compose.js';
import { useArithmetic, type Arithmetic } from './heap/arithmetic.js';
import { geluGradient, slope, softmaxGradient, swishGradient } from './kernels/activation-gradients.js';
import { adam } from './kernels/adam.js';
import { attention, attentionGradient } from './kernels/attention.js';
import { batchMatMul } from './kernels/batch-mat-mul.js';
import { add, multiply } from './kernels/add-multiply.js';
import { concat } from './kernels/concat.js';
import { conv2dBackpropFilter } from './kernels/conv2d-backprop-filter.js';
import { conv2dBackpropInput } from './kernels/conv2d-backprop-input.js';
import { conv2d, fusedConv2d } from './kernels/conv2d.js';
import { dense } from './kernels/dense.js';
import { depthwiseBackpropFilter } from './kernels/depthwise-backprop-filter.js';
import { depthwiseBackpropInput } from './kernels/depthwise-backprop-input.js';
import { depthwiseConv2d, fusedDepthwiseConv2d } from './kernels/depthwise-conv2d.js';
import { einsum } from './kernels/einsum.js';
import { extremes } from './kernels/extremes.js';
import { fusedMatMul } from './kernels/fused-mat-mul.js';
import { gather } from './kernels/gather.js';
import { cast, identity } from './kernels/identity.js';
import type { AddedKernel, ReplacedKernel } from './kernels/kernel.js';
import { indexed } from './kernels/indexed.js';
import { limits } from './kernels/limits.js';
import { maxPoolGradient } from './kernels/max-pool-gradient.js';
import { mixture } from './kernels/mixture.js';
import { normalizeGradient } from './kernels/normalize-gradient.js';
import { normalize } from './kernels/normalize.js';
import { normals, uniforms } from './kernels/normals.js';
import { emptyReductions } from './kernels/empty-reductions.js';
import { oneHot } from './kernels/one-hot.js';
import { pools } from './kernels/pools.js';
import { refused } from './kernels/refused.js';
import { releasingKernels } from './kernels/release-on-error.js';
import { slice, splitV } from './kernels/slice.js';
import { mean, sum } from './kernels/sum-mean.js';
import { gelu, swish, unaryFunctions } from './kernels/unary-functions.js';
import { unsortedSegmentSum } from './kernels/unsorted-segment-sum.js';
import { checkFileAddress, addressOf } from './start/address.js';
import { enableThreads, registeredEntry, startedHeap } from './start/enable-threads.js';
import { restartable } from './start/restartable.js';

/** Options of {@link enableWasmTraining}. */
export interface WasmTrainingOptions {
  /**
   * The largest number of threads to use, at least 1; 2 by default, or as in the previous call. At most 16 are used. More than 2 were
   * tested for correctness but not measured for speed. Threads beyond the number of processors only wait for each other. While other programs
   * use the processors, the main thread leaves the others out for up to a second at a time.
   */
  readonly threads?: number | undefined;
  /**
   * The address of `tfjs-generative/wasm-helper`, the script of the other threads, for pages whose content security policy forbids
   * `blob:` workers; by default, a blob is used. Node does not need it.
   */
  readonly helper?: string | URL | undefined;
  /**
   * Asks the engine for vectors of 256 bits, with which products and convolutions may take as little as half the time; false by default.
   * In Node 24 and later, this sets an experimental flag of V8, `--experimental-wasm-revectorize`, for the whole process. Elsewhere
   * there is nothing to set; vectors that the engine joins by itself are used in any case. Results are bit-identical.
   */
  readonly wide?: boolean | undefined;
  /**
   * Allows a multiplication and an addition to be fused, with one rounding for both, if the engine has relaxed SIMD; false by default.
   * This is faster still, but the last bits of the results then depend on the machine. On one machine they are the same in every run.
   */
  readonly fused?: boolean | undefined;
}

/** The result of {@link startWasm}: how the backend runs. */
export interface WasmReport {
  /** The number of threads in use, or that will be used once the backend starts. */
  readonly threads: number;
  /** Why only one thread is used, or fewer than were requested. */
  readonly reason?: string | undefined;
  /**
   * Says that other programs leave too few free processors for these threads: a second one then gains little. From the load of the last
   * minute, where the system tells it (in Node), or because the other threads were left out when the report was made.
   */
  readonly busy?: string | undefined;
  /** How products are computed; chosen in the first call, by a measurement that takes some milliseconds. */
  readonly arithmetic: Arithmetic;
}

/** The result of {@link enableWasmTraining}. */
export interface WasmTrainingReport extends WasmReport {
  /** The names of the kernels of the wasm backend that are now this library's, sorted; the same in every call. */
  readonly kernels: readonly string[];
  /** The kernels that this call installed: all of them in the first call, none in a later one. */
  readonly installed: readonly string[];
}

/** The rules of {@link WasmTrainingOptions}. */
export const trainingRules = {
  threads: { is: checkInteger, default: undefined },
  helper: { is: checkFileAddress, default: undefined },
  wide: { is: checkBoolean, default: undefined },
  fused: { is: checkBoolean, default: undefined },
} satisfies Rules<WasmTrainingOptions>;

const added: readonly AddedKernel[] = [
  adam,
  attention,
  attentionGradient,
  conv2dBackpropFilter,
  dense,
  depthwiseBackpropFilter,
  depthwiseBackpropInput,
  einsum,
  gelu,
  geluGradient,
  mixture,
  normalize,
  normalizeGradient,
  normals,
  slope,
  softmaxGradient,
  swish,
  swishGradient,
  uniforms,
  unsortedSegmentSum,
];

const replaced: readonly ReplacedKernel[] = [
  add,
  batchMatMul,
  cast,
  concat,
  conv2d,
  conv2dBackpropInput,
  depthwiseConv2d,
  ...extremes,
  fusedConv2d,
  fusedDepthwiseConv2d,
  fusedMatMul,
  gather,
  identity,
  ...indexed,
  ...limits,
  maxPoolGradient,
  mean,
  multiply,
  oneHot,
  ...pools,
  ...emptyReductions,
  ...refused,
  ...releasingKernels,
  slice,
  splitV,
  sum,
  ...unaryFunctions,
];

/** Marks our kernel functions for every copy of this module, such as the CommonJS build next to the ES module. */
const mark = Symbol.for('tfjs-generative.wasm.kernel');

/**
 * Makes tfjs's wasm backend able to train: adds the kernels that gradients need and wasm lacks, and replaces kernels that are wrong or
 * too slow for training.
 *
 * Most are SIMD kernels in a small module that works on tfjs's own heap; the others are composed of tfjs's kernels. All are installed
 * through tfjs's public registry, so every tfjs program on the page uses them. You may call the function before or after
 * `tf.setBackend('wasm')`, and more than once: a later call installs nothing. The kernels stay when the backend is removed, and serve
 * the next one. Gradients themselves come from `startWasm`, `startBackend` or `registerGradients`.
 *
 * Several threads are used where memory can be shared: in Node, and in pages and workers that are cross-origin isolated. To use them,
 * call the function before the backend starts: tfjs's binary then starts on a shared memory, by a hook on `WebAssembly.instantiate` that
 * is in place only during the start. Results are bit-identical for any number of threads. The other threads end with the backend, or
 * with {@link disposeWasmTraining}, and keep no process alive; they sleep while there is no work. In a page, the main thread never waits
 * on a lock, but a training step blocks the page: train in a worker.
 *
 * @remarks
 * The kernels were compared with the cpu backend of tfjs 4.22, values and gradients to 1e-4 relative, on calls drawn at random. Kernels
 * of tfjs that compute wrong results are replaced or, if they are rarely used, throw an error that names them; the guide lists both. Not
 * covered: complex numbers and Fourier transforms, which wasm lacks.
 *
 * @param options - see {@link WasmTrainingOptions}
 * @returns which kernels are in place, and how they run; nothing to dispose
 * @throws (as rejections) TypeError or RangeError if an option is wrong; Error in an engine without SIMD, or after
 *   `tf.removeBackend('wasm')`, which also removes the function that makes the backend
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
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
  const where = 'enableWasmTraining';
  return install(where, readOptions(where, options, trainingRules));
}

/** {@link enableWasmTraining} for the public function `where`, with options that were read. */
export async function install(where: string, options: WasmTrainingOptions): Promise<WasmTrainingReport> {
  const { threads, helper, wide, fused } = options;
  const program = helper === undefined ? undefined : addressOf(where, 'helper', helper);
  registeredEntry(where);
  const chosen = useArithmetic(where, { wide, fused });
  const installed: string[] = [];
  for (const { kernelName, kernel, operation } of added) {
    const present = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    // If a version of tfjs has the kernel itself, prefer that.
    if (present !== undefined) continue;
    const config = { kernelName, backendName: 'wasm', kernelFunc: marked(restartable(kernel)), operation };
    tf.registerKernel(config);
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
  const inUse = await enableThreads(where, { threads, program });
  const running = startedHeap()?.arithmetic ?? chosen;
  const arithmetic = running === chosen ? chosen : { ...running, reason: 'the backend had started with these tiles' };
  return { ...inUse, kernels: kernels.sort(), installed: installed.sort(), arithmetic };
}

function marked(kernel: KernelFunction): KernelFunction {
  return Object.defineProperty(kernel, mark, { value: true });
}

function isOurs(kernel: KernelFunction): boolean {
  return mark in kernel;
}
