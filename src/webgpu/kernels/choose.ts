import type { Tensor } from '@tensorflow/tfjs-core';
import type { OwnChoose } from '../../training/optimizers/guard.js';
import { runKernel } from '../../tensor/own-kernels.js';
import { gpuOf } from '../device/gpu.js';
import { runForEach, type ForEach } from './for-each.js';
import { inOrder, numbered } from './in-order.js';
import type { AddedKernel } from './kernel.js';

// integers, because floating-point numbers may lose bits when they are copied
const shader = { written: ['a@: array<u32>'], read: ['b@: array<u32>'], code: 'a@[i] = b@[i];' };
const ifOn: ForEach = { ...shader, name: 'choose', reads: ['on'], before: 'if (on[0] == 1.0) { return; }' };
const ifSame: ForEach = {
  ...shader,
  name: 'choose if same',
  reads: ['on', 'same'],
  before: 'if (on[0] == same[0]) { return; }',
};

/**
 * Perhaps `c1`; `c0`, `a0`, `a1`, ... and `b0`, `b1`, ... Outputs: `a0`, ... if the scalar `c0` is 1 or equals `c1`, otherwise `b0`, ...
 * Unless others share their numbers, `a0`, ... must not be used again.
 */
export const choose: AddedKernel<OwnChoose> = {
  kernelName: 'GenerativeChoose',
  kernel: ({ inputs, backend }) => {
    const gpu = gpuOf(backend);
    const [before, reads] = [inOrder(inputs, 'b'), inOrder(inputs, 'c')];
    const chosen = inOrder(inputs, 'a').map(gpu.take);
    const groups = chosen.map((one, i) => [one, before[i]!]);
    runForEach(gpu, reads.length === 1 ? ifOn : ifSame, { reads, groups });
    return chosen;
  },
  operation: (after, before, on, same) => {
    if ([...after, ...before].some(({ dtype }) => dtype !== 'float32')) return undefined;
    const inputs = { ...numbered('c', same ? [on, same] : [on]), ...numbered('a', after), ...numbered('b', before) };
    return runKernel<Tensor[]>('GenerativeChoose', inputs);
  },
};
