import {
  BERNOULLI_GRADIENT_KERNEL,
  GAUSSIAN_KL_GRADIENT_KERNEL,
  GAUSSIAN_SAMPLE_GRADIENT_KERNEL,
  GAUSSIAN_SAMPLE_KERNEL,
  GELU_KERNEL,
  gradientKernelOf,
  MEAN_SOFTPLUS_GRADIENT_KERNEL,
  MIX_KERNEL,
  SLOPE_KERNEL,
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
  relu: 'select(select(0.0, 1.0, v > 0.0), v, isNan(v))',
  leakyRelu: 'select(select(0.2, 1.0, v > 0.0), v, isNan(v))',
  sigmoid: 'logistic(v) * logistic(-v)',
  tanh: '4.0 * logistic(2.0 * v) * logistic(-2.0 * v)',
  softplus: 'logistic(v)',
  elu: 'select(select(exp(v), 1.0, v > 0.0), v, isNan(v))',
  swish: 'logistic(v) * (1.0 + v * logistic(-v))',
  gelu: 'normalBelow(v) + v * 0.3989422804 * exp(-0.5 * v * v)',
};

const activationGradients = Object.entries(slopes).map(([name, slope]) =>
  ofEachNumber(gradientKernelOf(name), { reads: ['x', 'dy'], code: `let v = x[i]; y[i] = dy[i] * (${slope});` }),
);

export const ofEachNumberKernels: readonly AddedKernel[] = [
  ...activationGradients,
  ofEachNumber(SLOPE_KERNEL, {
    reads: ['dy', 'y'],
    writes: ['dx'],
    attributes: ['alpha: f32'],
    code: 'let v = y[i]; dx[i] = dy[i] * select(select(u.alpha, 1.0, v > 0.0), v, isNan(v));',
  }),
  ofEachNumber(SWISH_KERNEL, { reads: ['x'], code: 'y[i] = x[i] * logistic(x[i]);' }),
  ofEachNumber(GELU_KERNEL, { reads: ['x'], code: 'y[i] = x[i] * normalBelow(x[i]);' }),
  // the noise may be that of several samples
  ofEachNumber(GAUSSIAN_SAMPLE_KERNEL, {
    reads: ['mean', 'logVariance', 'noise'],
    code: 'let j = i % u.mean_size; y[i] = mean[j] + exp(0.5 * logVariance[j]) * noise[i];',
  }),
  ofEachNumber(GAUSSIAN_SAMPLE_GRADIENT_KERNEL, {
    reads: ['logVariance', 'noise', 'dy'],
    code: 'y[i] = 0.5 * dy[i] * exp(0.5 * logVariance[i % u.logVariance_size]) * noise[i];',
  }),
  ofEachNumber(BERNOULLI_GRADIENT_KERNEL, {
    reads: ['x', 'logits', 'dy'],
    code: 'y[i] = dy[i / (u.n / u.dy_size)] * (x[i] - logistic(logits[i]));',
  }),
  ofEachNumber(GAUSSIAN_KL_GRADIENT_KERNEL, {
    reads: ['mean', 'logVariance', 'dy'],
    writes: ['dMean', 'dLogVariance'],
    code: 'let d = dy[i / (u.n / u.dy_size)]; dMean[i] = d * mean[i]; dLogVariance[i] = 0.5 * d * lessOne(logVariance[i]);',
  }),
  ofEachNumber(MEAN_SOFTPLUS_GRADIENT_KERNEL, {
    reads: ['x', 'dy'],
    attributes: ['sign: f32'],
    code: 'y[i] = dy[0] * u.sign * logistic(u.sign * x[i]) / f32(u.n);',
  }),
  // each example has a pair of weights
  ofEachNumber(MIX_KERNEL, {
    reads: ['a', 'b', 'weights'],
    code: 'let j = 2u * (i / (u.n / (u.weights_size / 2u))); y[i] = weights[j] * a[i] + weights[j + 1u] * b[i];',
  }),
];
