import { areSame, inOneKernel, slopeInOneKernel } from '../../operations/in-one-kernel.js';
import {
  GELU_GRADIENT_KERNEL,
  GELU_KERNEL,
  SLOPE_KERNEL,
  SWISH_GRADIENT_KERNEL,
  SWISH_KERNEL,
} from '../../tensor/own-kernels.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

interface OfEachNumber {
  /** The names of the inputs; the code finds the size of an input `x` in `u.x_size`. */
  readonly reads: readonly string[];
  /** The names of the outputs; all have the shape of the largest input. `y` by default. */
  readonly writes?: readonly string[];
  /** Attributes, each a name with its type, such as `alpha: f32`. */
  readonly attributes?: readonly string[];
  readonly code: string;
}

/** A kernel that computes its outputs number by number. */
function ofEachNumber(kernelName: string, { reads, writes = ['y'], attributes = [], code }: OfEachNumber): AddedKernel {
  const sized = reads.filter((name) => code.includes(`u.${name}_size`));
  const shader = elementwise({
    name: kernelName,
    reads,
    writes,
    numbers: [...sized.map((name) => `${name}_size: u32`), ...attributes],
    code,
  });
  return {
    kernelName,
    kernel: ({ inputs, attrs, backend }) => {
      const gpu = gpuOf(backend);
      const given = reads.map((name) => inputs[name]!);
      const { shape } = given.reduce((a, b) => (sizeOf(b.shape) > sizeOf(a.shape) ? b : a));
      const n = sizeOf(shape);
      const made = writes.map(() => gpu.make(shape));
      if (n > 0) {
        const sizes = sized.map((name) => sizeOf(inputs[name]!.shape));
        const numbers = attributes.map((name) => attrs![name.split(':')[0]!] as number);
        gpu.run(shader, [...made, ...given], [n, ...sizes, ...numbers], groupsFor(n));
      }
      return made.length === 1 ? made[0]! : made;
    },
  };
}

/** The slope of an activation, with `v` for its input, times dy. */
const slopes: Readonly<Record<string, string>> = {
  Relu: 'select(select(0.0, 1.0, v > 0.0), v, isNan(v))',
  LeakyRelu: 'select(select(0.2, 1.0, v > 0.0), v, isNan(v))',
  Sigmoid: 'logistic(v) * logistic(-v)',
  Tanh: '4.0 * logistic(2.0 * v) * logistic(-2.0 * v)',
  Softplus: 'logistic(v)',
  Elu: 'select(select(exp(v), 1.0, v > 0.0), v, isNan(v))',
};

const slopeKernel = (kernelName: string, slope: string): AddedKernel =>
  ofEachNumber(kernelName, { reads: ['x', 'dy'], code: `let v = x[i]; y[i] = dy[i] * (${slope});` });

export const ofEachNumberKernels: readonly AddedKernel[] = [
  ...Object.entries(slopes).map(([name, slope]) => {
    const kernelName = `Generative${name}Gradient`;
    return { ...slopeKernel(kernelName, slope), operation: slopeInOneKernel(kernelName) };
  }),
  slopeKernel(SWISH_GRADIENT_KERNEL, 'logistic(v) * (1.0 + v * logistic(-v))'),
  {
    ...slopeKernel(GELU_GRADIENT_KERNEL, 'normalBelow(v) + v * 0.3989422804 * exp(-0.5 * v * v)'),
    operation: inOneKernel(GELU_KERNEL, 'x'),
  },
  ofEachNumber(SLOPE_KERNEL, {
    reads: ['dy', 'y'],
    writes: ['dx'],
    attributes: ['alpha: f32'],
    code: 'let v = y[i]; dx[i] = dy[i] * select(select(u.alpha, 1.0, v > 0.0), v, isNan(v));',
  }),
  {
    ...ofEachNumber(SWISH_KERNEL, { reads: ['x'], code: 'y[i] = x[i] * logistic(x[i]);' }),
    operation: inOneKernel(SWISH_KERNEL, 'x'),
  },
  ofEachNumber(GELU_KERNEL, { reads: ['x'], code: 'y[i] = x[i] * normalBelow(x[i]);' }),
  {
    ...ofEachNumber('GenerativeGaussianSample', {
      reads: ['mean', 'logVariance', 'noise'],
      code: 'y[i] = mean[i] + exp(0.5 * logVariance[i]) * noise[i];',
    }),
    // not for several samples
    operation: inOneKernel('GenerativeGaussianSample', 'mean logVariance noise', ([mean, ...others]) =>
      others.every((x) => areSame(mean!, x)),
    ),
  },
  ofEachNumber('GenerativeGaussianSampleGradient', {
    reads: ['logVariance', 'noise', 'dy'],
    writes: ['dMean', 'dLogVariance', 'dNoise'],
    code: `let s = dy[i] * exp(0.5 * logVariance[i]);
    dMean[i] = dy[i]; dLogVariance[i] = 0.5 * s * noise[i]; dNoise[i] = s;`,
  }),
  // dy has a number for each row
  ofEachNumber('GenerativeBernoulliGradient', {
    reads: ['x', 'logits', 'dy'],
    writes: ['dx', 'dLogits'],
    code: 'let d = dy[i / (u.n / u.dy_size)]; let l = logits[i]; dx[i] = d * l; dLogits[i] = d * (x[i] - logistic(l));',
  }),
  ofEachNumber('GenerativeGaussianKlGradient', {
    reads: ['logVariance', 'mean', 'dy'],
    writes: ['dLogVariance', 'dMean'],
    code: 'let d = dy[i / (u.n / u.dy_size)]; dLogVariance[i] = 0.5 * d * lessOne(logVariance[i]); dMean[i] = d * mean[i];',
  }),
  ofEachNumber('GenerativeMeanSquaredDifferenceGradient', {
    reads: ['difference', 'dy'],
    writes: ['da', 'db'],
    code: 'let d = 2.0 * dy[0] / f32(u.n) * difference[i]; da[i] = d; db[i] = -d;',
  }),
];
