import type { Tensor } from '@tensorflow/tfjs-core';
import { numbered } from '../../operations/in-one-kernel.js';
import { runKernel } from '../../tensor/own-kernels.js';
import type { OwnChoose } from '../../training/optimizers/guard.js';
import { runForEach, type ForEach } from './for-each.js';
import { inputsByLetter, kernelOf } from './kernel.js';

/** Takes the numbers of b unless the scalar is this one. Integers, because floating-point numbers may lose bits when they are copied. */
const unless = (reads: string, same: string): ForEach => ({
  name: `choose ${reads}`,
  reads,
  type: 'u32',
  start: `if (on[0] == ${same}) { return; }`,
  code: 'a@[i] = b@[i];',
});
const shaders = [unless('on', '1'), unless('on same', 'same[0]')];

/**
 * Perhaps `c1`; `c0`, `a0`, `a1`, ... and `b0`, `b1`, ... Outputs: `a0`, ... if the scalar `c0` is 1 or equals `c1`, otherwise `b0`, ...
 * Unless others share their numbers, `a0`, ... must not be used again.
 */
export const choose = kernelOf<OwnChoose>(
  'GenerativeChoose',
  (gpu, inputs) => {
    const reads = inputsByLetter(inputs, 'c');
    const chosen = inputsByLetter(inputs, 'a').map((a) => gpu.take(a));
    runForEach(gpu, shaders[reads.length - 1]!, { reads, a: chosen, b: inputsByLetter(inputs, 'b') });
    return chosen;
  },
  (after, before, on, same) => {
    if ([...after, ...before].some(({ dtype }) => dtype !== 'float32')) return undefined;
    const inputs = { ...numbered('c', same ? [on, same] : [on]), ...numbered('a', after), ...numbered('b', before) };
    return runKernel<Tensor[]>('GenerativeChoose', inputs);
  },
);
