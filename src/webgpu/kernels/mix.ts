import { inOneKernel } from '../../operations/in-one-kernel.js';
import { dispatch, ofEachNumber } from './dispatch.js';
import { kernelOf } from './kernel.js';

const shader = ofEachNumber({
  name: 'mix',
  reads: 'a b weights',
  code: 'let j = i / (u.n * 2 / arrayLength(&weights)) * 2; y[i] = weights[j] * a[i] + weights[j + 1] * b[i];',
});

/** A weighted sum of two tensors, with a pair of weights for each example. */
export const mix = kernelOf(
  'GenerativeMix',
  (gpu, inputs, attributes) => {
    const numbers = Float32Array.from((attributes as { weights: number[] }).weights);
    const weights = gpu.make([numbers.length], numbers);
    const made = dispatch(gpu, shader, { ...inputs, weights });
    gpu.free(weights);
    return made;
  },
  inOneKernel('GenerativeMix', 'a b'),
);
