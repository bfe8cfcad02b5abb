import { inOneKernel } from '../../operations/in-one-kernel.js';
import { sizeOf } from '../device/shader.js';
import { dispatch, ofEachNumber } from './dispatch.js';
import { kernelOf, type Inputs } from './kernel.js';

const shader = ofEachNumber({
  name: 'mix',
  reads: 'a b weights',
  numbers: 'example',
  code: 'let j = 2 * (i / u.example); y[i] = weights[j] * a[i] + weights[j + 1] * b[i];',
  plan: ({ a }: Inputs<'a'>) => ({ numbers: [sizeOf(a) / a.shape[0]!] }),
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
