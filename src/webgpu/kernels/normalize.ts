import type { NormalizeNumbers } from '../../operations/normalize.js';
import { normalizeInOneKernel } from '../../operations/in-one-kernel.js';
import { NORMALIZE_GRADIENT_KERNEL, NORMALIZE_KERNEL } from '../../tensor/own-kernels.js';
import { sizeOf } from '../device/shader.js';
import { dispatch, ofOneDispatch, type Plan } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import { kernelOf, type Inputs } from './kernel.js';

/** The first output has the shape of x, and two others this one. */
function planOf({ x }: Inputs<'x'>, { examples, groups }: NormalizeNumbers, shape: readonly number[]): Plan {
  const channels = x.shape.at(-1)!;
  const rows = sizeOf(x.shape) / (examples * channels);
  return {
    shapes: [x.shape, shape, shape],
    groups: { examples, rows, groups, size: channels / groups },
  };
}

/** The normalised x, and the mean and the variance of each group. What a mean leaves of numbers far from 0 is rounding: it takes two steps. */
export const normalize = ofOneDispatch(
  inGroups({
    name: NORMALIZE_KERNEL,
    writes: 'y means variances',
    reads: 'x scale offset',
    numbers: 'epsilon:f32',
    code: `let n = f32(u.rows * u.size);
    ${eachOfUnit('sums.x += x[at];')}
    let mean = overAll(sums).x / n;
    sums = vec2f();
    ${eachOfUnit('let d = x[at] - mean; sums += vec2f(d, d * d);')}
    let rest = overAll(sums) / n;
    let inverse = inverseSqrt(rest.y + u.epsilon);
    ${eachOfUnit('y[at] = (x[at] - mean - rest.x) * (inverse * scale[channel + c]) + offset[channel + c];')}
    if (isFirst) { means[unit] = mean + rest.x; variances[unit] = rest.y; }`,
    plan: (inputs: Inputs<'x'>, numbers: NormalizeNumbers) =>
      planOf(inputs, numbers, [numbers.examples, numbers.groups]),
  }),
  normalizeInOneKernel,
);

/** The gradients with respect to x, scale and offset, the last two of each example. */
const gradient = inGroups({
  name: 'normalizeGradient',
  writes: 'dx dScale dOffset',
  reads: 'x dy scale means variances',
  numbers: 'epsilon:f32',
  code: `let mean = means[unit];
    let inverse = inverseSqrt(variances[unit] + u.epsilon);
    var part = vec2f();
    ${eachOfUnit(
      'part += dy[at] * vec2f(1, (x[at] - mean) * inverse);',
      `part = overRows(part);
      if (c < u.size) {
        sums += part * scale[channel + c];
        if (isIn && lane == 0) { dOffset[unit * u.size + c] = part.x; dScale[unit * u.size + c] = part.y; }
      }
      part = vec2f();`,
    )}
    sums = overColumns(sums) / f32(u.rows * u.size);
    ${eachOfUnit('dx[at] = inverse * (dy[at] * scale[channel + c] - sums.x - (x[at] - mean) * inverse * sums.y);')}`,
  plan: (inputs: Inputs<'x'>, numbers: NormalizeNumbers) =>
    planOf(inputs, numbers, [numbers.examples * inputs.x.shape.at(-1)!]),
});

const sumOverExamples = inGroups({
  name: 'sumOverExamples',
  writes: 'sumA sumB',
  reads: 'a b',
  code: `${eachOfUnit('sums += vec2f(a[at], b[at]);')}
    sums = overRows(sums);
    if (isFirst) { sumA[unit] = sums.x; sumB[unit] = sums.y; }`,
  plan: (_, { examples, channels }: { examples: number; channels: number }) => ({
    shapes: [[channels], [channels]],
    groups: { examples: 1, rows: examples, groups: channels },
  }),
});

/** The gradients with respect to x, scale and offset. */
export const normalizeGradient = kernelOf(NORMALIZE_GRADIENT_KERNEL, (gpu, inputs, attributes) => {
  const { examples } = attributes as NormalizeNumbers;
  const [dx, a, b] = dispatch(gpu, gradient, inputs, attributes);
  if (examples === 1) return [dx!, a!, b!];
  const sums = dispatch(gpu, sumOverExamples, { a: a!, b: b! }, { examples, channels: inputs['x']!.shape.at(-1)! });
  gpu.free(a!, b!);
  return [dx!, ...sums];
});
