import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { dispatch, ofEachNumber, type Dispatch } from './dispatch.js';
import { kernelOf, type AddedKernel } from './kernel.js';

const mix = (name: string, reads: string, writes: string, code: string): Dispatch =>
  ofEachNumber({
    name,
    reads: `${reads} weights`,
    writes,
    code: `let j = i / (u.n * 2 / arrayLength(&weights)) * 2; ${code}`,
  });

/** A weighted sum of two tensors, with a pair of weights for each example, and its gradient. */
export const mixKernels: readonly AddedKernel[] = [
  mix('GenerativeMix', 'a b', 'y', 'y[i] = weights[j] * a[i] + weights[j + 1] * b[i];'),
  mix('GenerativeMixGradient', 'dy', 'da db', 'da[i] = weights[j] * dy[i]; db[i] = weights[j + 1] * dy[i];'),
].map((shader) =>
  kernelOf(
    shader.name,
    (gpu, inputs, attributes) => {
      const numbers = Float32Array.from((attributes as { weights: number[] }).weights);
      const weights = gpu.make([numbers.length], numbers);
      const made = dispatch(gpu, shader, { ...inputs, weights });
      gpu.free(weights);
      return made;
    },
    composedInOneKernel('GenerativeMix', 'a b'),
  ),
);
