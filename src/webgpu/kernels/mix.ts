import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { sizeOf } from '../device/gpu.js';
import { dispatch, ofEachNumber } from './dispatch.js';
import { kernelOf, type AddedKernel, type Inputs } from './kernel.js';

const shader = ofEachNumber({
  name: 'mix',
  reads: 'a b weights',
  numbers: 'example',
  code: 'let j = 2 * (i / u.example); y[i] = weights[j] * a[i] + weights[j + 1] * b[i];',
  plan: ({ a }: Inputs<'a'>) => ({ numbers: [sizeOf(a) / a.shape[0]!] }),
});

const gradient = ofEachNumber({
  name: 'mixGradient',
  reads: 'dy weights',
  writes: 'da db',
  numbers: 'example',
  code: 'let j = 2 * (i / u.example); da[i] = weights[j] * dy[i]; db[i] = weights[j + 1] * dy[i];',
  plan: ({ dy }: Inputs<'dy'>) => ({ numbers: [sizeOf(dy) / dy.shape[0]!] }),
});

const withWeights = (name: string, of: typeof shader | typeof gradient, operation?: unknown): AddedKernel =>
  kernelOf(
    name,
    (gpu, inputs, attributes) => {
      const numbers = Float32Array.from((attributes as { weights: number[] }).weights);
      const weights = gpu.make([numbers.length], numbers);
      const made = dispatch(gpu, of, { ...inputs, weights });
      gpu.free(weights);
      return made;
    },
    operation,
  );

/** A weighted sum of two tensors, with a pair of weights for each example, and its gradient. */
export const mixKernels: readonly AddedKernel[] = [
  withWeights('GenerativeMix', shader, composedInOneKernel('GenerativeMix', 'a b')),
  withWeights('GenerativeMixGradient', gradient),
];
