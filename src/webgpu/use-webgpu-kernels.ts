import * as tf from '@tensorflow/tfjs-core';
import { adam } from './kernels/adam.js';
import { attention, attentionGradient } from './kernels/attention.js';
import { average } from './kernels/average.js';
import { choose } from './kernels/choose.js';
import { clip } from './kernels/clip.js';
import { flaw } from './kernels/flaw.js';
import { mixKernels } from './kernels/mix.js';
import { mixture } from './kernels/mixture.js';
import { moveStatistics } from './kernels/move-statistics.js';
import { normalize, normalizeGradient } from './kernels/normalize.js';
import { ofEachNumberKernels } from './kernels/of-each-number.js';
import { ofEachRowKernels } from './kernels/of-each-row.js';
import { scaleAndShift, scaleAndShiftGradient } from './kernels/scale-and-shift.js';
import { softmaxGradient } from './kernels/softmax-gradient.js';
import { sumOrMean } from './kernels/sum-mean.js';
import { waves } from './kernels/waves.js';
import type { AddedKernel } from './kernels/kernel.js';

const added: readonly AddedKernel[] = [
  adam,
  attention,
  attentionGradient,
  average,
  choose,
  clip,
  flaw,
  mixture,
  moveStatistics,
  normalize,
  normalizeGradient,
  scaleAndShift,
  scaleAndShiftGradient,
  softmaxGradient,
  waves,
  ...mixKernels,
  ...ofEachNumberKernels,
  ...ofEachRowKernels,
];

/**
 * Makes a training step on tfjs's WebGPU backend a few large dispatches: normalisations, activations, likelihoods, samples and Adam's
 * update, each with its gradient, are one or two dispatches instead of up to thirty. What the processor does for a dispatch, also for one of
 * tfjs's own, is remembered and takes less time in later steps.
 *
 * Call it once, before or after the backend starts; a later call changes nothing. The kernels stay when the backend is removed, and serve the
 * next one. Values are those of the other backends within float32; random numbers still come from the host, with the same bits.
 *
 * @returns nothing; nothing to dispose
 * @throws Error if the package of the backend was not imported
 *
 * @remarks `startWebgpu` of `/node` calls it. A step of a U-Net needs 203 dispatches instead of 673, one of a VAE 39 instead of 97. Whether a
 * small network is faster on a GPU than on wasm depends on both; the guide says how to measure it.
 *
 * @example
 * ```ts gpu
 * import '@tensorflow/tfjs-backend-webgpu';
 * import { startBackend } from 'tfjs-generative/backend';
 * import { useWebgpuKernels } from 'tfjs-generative/webgpu';
 *
 * useWebgpuKernels();
 * console.log(await startBackend('webgpu')); // webgpu
 * ```
 *
 * @see https://www.w3.org/TR/WGSL/, the language of the kernels
 */
export function useWebgpuKernels(): void {
  if (tf.getKernelsForBackend('webgpu').length === 0) {
    // as a whole, because what writes the errors of this library is large for this entry
    throw new Error(
      'useWebgpuKernels: `webgpu` must be a registered backend, but it has no kernels. ' +
        "Import the backend's package first: import '@tensorflow/tfjs-backend-webgpu'.",
    );
  }
  if ((tf.getKernel(adam.kernelName, 'webgpu') as tf.KernelConfig | undefined) !== undefined) return;
  added.forEach(tf.registerKernel);
  for (const kernelName of ['Sum', 'Mean']) {
    const original = tf.getKernel(kernelName, 'webgpu');
    tf.unregisterKernel(kernelName, 'webgpu');
    tf.registerKernel({ ...original, kernelFunc: sumOrMean(kernelName === 'Mean', original.kernelFunc) });
  }
}
