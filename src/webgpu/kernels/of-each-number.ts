import { areSame, composedInOneKernel, inOneKernel, slopeInOneKernel } from '../../operations/in-one-kernel.js';
import {
  GELU_GRADIENT_KERNEL,
  GELU_KERNEL,
  SLOPE_KERNEL,
  SWISH_GRADIENT_KERNEL,
  SWISH_KERNEL,
} from '../../tensor/own-kernels.js';
import { ofEachNumber, ofOneDispatch } from './dispatch.js';
import type { AddedKernel } from './kernel.js';

/** The slope of an activation, with `v` for its input, times dy. */
const slopes: Readonly<Record<string, string>> = {
  Relu: 'oneAbove(v, 0)',
  LeakyRelu: 'oneAbove(v, 0.2)',
  Sigmoid: 'logistic(v) * logistic(-v)',
  Tanh: '4 * logistic(2 * v) * logistic(-2 * v)',
  Softplus: 'logistic(v)',
  Elu: 'oneAbove(v, exp(v))',
};

const kernel = (name: string, reads: string, code: string, operation?: unknown): AddedKernel =>
  ofOneDispatch(ofEachNumber({ name, reads, code }), operation);

const slope = (name: string, code: string, operation?: unknown): AddedKernel =>
  kernel(name, 'x dy', `let v = x[i]; y[i] = dy[i] * (${code});`, operation);

/** A gradient, perhaps of a sum of each row, to which a number of `dy` belongs: `d`. */
const gradient = (name: string, reads: string, writes: string, code: string, numbers = ''): AddedKernel => {
  const all = `let d = dy[i / (u.n / arrayLength(&dy))]; ${code}`;
  return ofOneDispatch(ofEachNumber({ name, reads: `${reads} dy`, writes, numbers, code: all }));
};

export const ofEachNumberKernels: readonly AddedKernel[] = [
  ...Object.entries(slopes).map(([name, code]) => {
    const kernelName = `Generative${name}Gradient`;
    return slope(kernelName, code, slopeInOneKernel(kernelName));
  }),
  slope(SWISH_GRADIENT_KERNEL, 'logistic(v) * (1 + v * logistic(-v))'),
  slope(GELU_GRADIENT_KERNEL, 'normalBelow(v) + v * 0.3989422804 * exp(-0.5 * v * v)', inOneKernel(GELU_KERNEL, 'x')),
  kernel(SWISH_KERNEL, 'x', 'y[i] = x[i] * logistic(x[i]);', inOneKernel(SWISH_KERNEL, 'x')),
  kernel(GELU_KERNEL, 'x', 'y[i] = x[i] * normalBelow(x[i]);'),
  ofOneDispatch(
    ofEachNumber({
      name: SLOPE_KERNEL,
      reads: 'dy y',
      writes: 'dx',
      numbers: 'alpha:f32',
      code: 'dx[i] = dy[i] * oneAbove(y[i], u.alpha);',
    }),
  ),
  kernel(
    'GenerativeGaussianSample',
    'mean logVariance noise',
    'y[i] = mean[i] + exp(0.5 * logVariance[i]) * noise[i];',
    // not for several samples
    inOneKernel('GenerativeGaussianSample', 'mean logVariance noise', ([mean, ...others]) =>
      others.every((x) => areSame(mean!, x)),
    ),
  ),
  gradient(
    'GenerativeGaussianSampleGradient',
    'logVariance noise',
    'dMean dLogVariance dNoise',
    'let s = d * exp(0.5 * logVariance[i]); dMean[i] = d; dLogVariance[i] = 0.5 * s * noise[i]; dNoise[i] = s;',
  ),
  gradient(
    'GenerativeBernoulliGradient',
    'x logits',
    'dx dLogits',
    'let l = logits[i]; dx[i] = d * l; dLogits[i] = d * (x[i] - logistic(l));',
  ),
  gradient(
    'GenerativeGaussianKlGradient',
    'logVariance mean',
    'dLogVariance dMean',
    'dLogVariance[i] = 0.5 * d * lessOne(logVariance[i]); dMean[i] = d * mean[i];',
  ),
  gradient(
    'GenerativeMeanSquaredDifferenceGradient',
    'difference',
    'da db',
    'let s = 2 * d / f32(u.n) * difference[i]; da[i] = s; db[i] = -s;',
  ),
  gradient(
    'GenerativeGaussianLogProbGradient',
    'x mean logVariance',
    'dx dMean dLogVariance',
    `let away = x[i] - mean[i]; let s = d * away * exp(-logVariance[i]);
    dx[i] = -s; dMean[i] = s; dLogVariance[i] = 0.5 * (s * away - d);`,
  ),
  gradient(
    'GenerativeFixedGaussianLogProbGradient',
    'x mean',
    'dx dMean',
    'let s = d * (x[i] - mean[i]) / u.variance; dx[i] = -s; dMean[i] = s;',
    'variance:f32',
  ),
  ...['Dropout', 'DropoutGradient'].map((name) => {
    const x = name === 'Dropout' ? 'x' : 'dy';
    return ofOneDispatch(
      ofEachNumber({
        name: `Generative${name}`,
        reads: `${x} draws`,
        numbers: 'rate:f32',
        code: `y[i] = select(0, ${x}[i] / (1 - u.rate), draws[i] >= u.rate);`,
      }),
      composedInOneKernel('GenerativeDropout', 'x draws'),
    );
  }),
];
