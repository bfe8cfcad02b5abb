import { CHOOSE_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf } from '../device/gpu.js';
import { runForEach, type ForEach } from './for-each.js';
import { inOrder } from './in-order.js';
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

/** Puts the numbers of some tensors in place of those of others, unless a scalar is 1, or equals another one. */
export const choose: AddedKernel = {
  kernelName: CHOOSE_KERNEL,
  kernel: ({ inputs, backend }) => {
    const gpu = gpuOf(backend);
    const [before, reads] = [inOrder(inputs, 'b'), inOrder(inputs, 'c')];
    const chosen = inOrder(inputs, 'a').map(gpu.take);
    const groups = chosen.map((one, i) => [one, before[i]!]);
    runForEach(gpu, reads.length === 1 ? ifOn : ifSame, { reads, groups });
    return chosen;
  },
};
