import type { Tensor } from '@tensorflow/tfjs-core';
import { numbered } from '../../operations/in-one-kernel.js';
import { runKernel } from '../../tensor/own-kernels.js';
import type { OwnAverage } from '../../training/trainer/average.js';
import { runForEach, type ForEach } from './for-each.js';
import { inputsByLetter, kernelOf } from './kernel.js';

const shader: ForEach = {
  name: 'average',
  // a number that changes with each update belongs into no uniform, which would be kept
  reads: 'share',
  numbers: 'mayOverflow',
  code: `let next = a@[i] + share[0] * (b@[i] - a@[i]);
    if (u.mayOverflow == 0 || isFin(next)) { a@[i] = next; }`,
};

/**
 * `a0`, ... and `x0`, ...; attributes: `share`, and `mayOverflow`. Outputs: a + share (x - a), or a, if `mayOverflow`, where that is
 * not finite. Unless others share their numbers, `a0`, ... must not be used again.
 */
export const average = kernelOf<OwnAverage>(
  'GenerativeAverage',
  (gpu, inputs, attributes) => {
    const averages = inputsByLetter(inputs, 'a').map((a) => gpu.take(a));
    const share = gpu.make([1], Float32Array.of((attributes as { share: number }).share));
    runForEach(gpu, shader, { reads: [share], a: averages, b: inputsByLetter(inputs, 'x'), numbers: attributes });
    gpu.free(share);
    return averages;
  },
  (pairs, share, mayOverflow) => {
    const floats = pairs.filter(([{ dtype }]) => dtype === 'float32');
    const [values, averages] = [floats.map(([value]) => value), floats.map(([, one]) => one)];
    const inputs = { ...numbered('a', averages), ...numbered('x', values) };
    const moved = runKernel<Tensor[]>('GenerativeAverage', inputs, { share, mayOverflow });
    averages.forEach((one, i) => one.assign(moved[i]!));
    return pairs.filter(([{ dtype }]) => dtype !== 'float32');
  },
);
