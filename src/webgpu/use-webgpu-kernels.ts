import * as tf from '@tensorflow/tfjs-core';
import { adam } from './kernels/adam.js';
import { ofEachNumberKernels } from './kernels/of-each-number.js';
import { ofEachRowKernels } from './kernels/of-each-row.js';
import { scaleAndShift, scaleAndShiftGradient } from './kernels/scale-and-shift.js';
import { sumMean } from './kernels/sum-mean.js';
import { waves } from './kernels/waves.js';
import type { AddedKernel, ReplacedKernel } from './kernels/kernel.js';

const added: readonly AddedKernel[] = [
  adam,
  scaleAndShift,
  scaleAndShiftGradient,
  waves,
  ...ofEachNumberKernels,
  ...ofEachRowKernels,
];

const replaced: readonly ReplacedKernel[] = sumMean;

/** Marks our kernel functions for every copy of this module, such as the CommonJS build next to the ES module. */
const mark = Symbol.for('tfjs-generative.webgpu.kernel');

/**
 * Lets tfjs's WebGPU backend run this library's operations as one dispatch each.
 */
export function useWebgpuKernels(): void {
  for (const { kernelName, kernel } of added) {
    if ((tf.getKernel(kernelName, 'webgpu') as tf.KernelConfig | undefined) !== undefined) continue;
    tf.registerKernel({ kernelName, backendName: 'webgpu', kernelFunc: kernel });
  }
  for (const { kernelName, replace } of replaced) {
    const original = tf.getKernel(kernelName, 'webgpu');
    if (mark in original.kernelFunc) continue;
    tf.unregisterKernel(kernelName, 'webgpu');
    const kernelFunc = Object.defineProperty(replace(original.kernelFunc), mark, { value: true });
    tf.registerKernel({ ...original, kernelFunc });
  }
}
