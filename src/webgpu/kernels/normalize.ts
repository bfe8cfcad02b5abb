import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { NormalizeNumbers } from '../../operations/normalize.js';
import { NORMALIZE_GRADIENT_KERNEL, NORMALIZE_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf, sizeOf, type Gpu } from '../device/gpu.js';
import { each, inGroups, runInGroups, type Groups } from './in-groups.js';
import type { AddedKernel } from './kernel.js';

/** What a mean leaves of numbers far from 0 is rounding, so their mean is found in two steps. */
const forward = inGroups({
  name: 'normalize',
  writes: ['y', 'means', 'variances'],
  reads: ['x', 'scale', 'offset'],
  numbers: ['epsilon: f32'],
  code: `
    let n = f32(u.rows * u.size);
    var sum = 0.0;
    ${each('sum += x[at];')}
    let mean = overColumns(overRows(vec2f(sum), i), i).x / n;
    var sums = vec2f();
    ${each('let d = x[at] - mean; sums += vec2f(d, d * d);')}
    let rest = overColumns(overRows(sums, i), i) / n;
    let inverse = inverseSqrt(rest.y + u.epsilon);
    ${each('y[at] = (x[at] - mean - rest.x) * (inverse * scale[channel + c]) + offset[channel + c];')}
    if (isIn && lane + column == 0u) { means[unit] = mean + rest.x; variances[unit] = rest.y; }`,
});

const backward = inGroups({
  name: 'normalizeGradient',
  writes: ['dx', 'dScale', 'dOffset'],
  reads: ['x', 'dy', 'scale', 'means', 'variances'],
  numbers: ['epsilon: f32'],
  code: `
    let mean = means[unit];
    let inverse = inverseSqrt(variances[unit] + u.epsilon);
    var sums = vec2f();
    for (var begin = 0u; begin < u.size; begin += u.width) {
      let c = begin + column;
      var part = vec2f();
      if (c < u.size) {
        for (var r = lane; r < rows; r += lanes) {
          let at = first + r * u.groups * u.size + c;
          part += dy[at] * vec2f(1.0, (x[at] - mean) * inverse);
        }
      }
      part = overRows(part, i);
      if (c < u.size) {
        sums += part * scale[channel + c];
        if (isIn && lane == 0u) { dOffset[unit * u.size + c] = part.x; dScale[unit * u.size + c] = part.y; }
      }
    }
    sums = overColumns(sums, i) / f32(u.rows * u.size);
    ${each('dx[at] = inverse * (dy[at] * scale[channel + c] - sums.x - (x[at] - mean) * inverse * sums.y);')}`,
});

const sumOverExamples = inGroups({
  name: 'sumOverExamples',
  writes: ['sumA', 'sumB'],
  reads: ['a', 'b'],
  code: `
    var sums = vec2f();
    ${each('sums += vec2f(a[at], b[at]);')}
    sums = overRows(sums, i);
    if (isIn && lane == 0u) { sumA[unit] = sums.x; sumB[unit] = sums.y; }`,
});

function groupsOf({ shape }: TensorInfo, { examples, groups }: NormalizeNumbers): Groups {
  const channels = shape.at(-1)!;
  return { examples, rows: sizeOf(shape) / Math.max(1, examples * channels), groups, size: channels / groups };
}

/** What there is of no numbers. */
const zeros = (gpu: Gpu, shapes: readonly (readonly number[])[]): TensorInfo[] =>
  shapes.map((shape) => gpu.make(shape, new Float32Array(sizeOf(shape))));

/** The normalised x, and the mean and the variance of each group. */
export const normalize: AddedKernel = {
  kernelName: NORMALIZE_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, scale, offset } = inputs as Record<'x' | 'scale' | 'offset', TensorInfo>;
    const gpu = gpuOf(backend);
    const numbers = attrs as unknown as NormalizeNumbers;
    const shapes = [x.shape, [numbers.examples, numbers.groups], [numbers.examples, numbers.groups]];
    if (x.shape.includes(0)) return zeros(gpu, shapes);
    const made = shapes.map((shape) => gpu.make(shape));
    runInGroups(gpu, forward, [...made, x, scale, offset], groupsOf(x, numbers), [numbers.epsilon]);
    return made;
  },
};

/** The gradients with respect to x, scale and offset. */
export const normalizeGradient: AddedKernel = {
  kernelName: NORMALIZE_GRADIENT_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, dy, scale, means, variances } = inputs as Record<
      'x' | 'dy' | 'scale' | 'means' | 'variances',
      TensorInfo
    >;
    const gpu = gpuOf(backend);
    const numbers = attrs as unknown as NormalizeNumbers;
    const { examples, epsilon } = numbers;
    const channels = x.shape.at(-1)!;
    if (x.shape.includes(0)) return zeros(gpu, [x.shape, [channels], [channels]]);
    const vectors = (rows: number): TensorInfo[] => [0, 1].map(() => gpu.make([rows * channels]));
    const [dx, parts] = [gpu.make(x.shape), vectors(examples)];
    runInGroups(gpu, backward, [dx, ...parts, x, dy, scale, means, variances], groupsOf(x, numbers), [epsilon]);
    if (examples === 1) return [dx, ...parts];
    const sums = vectors(1);
    const columns = { examples: 1, rows: examples, groups: channels, size: 1 };
    runInGroups(gpu, sumOverExamples, [...sums, ...parts], columns);
    for (const { dataId } of parts) gpu.backend.disposeData(dataId);
    return [dx, ...sums];
  },
};
