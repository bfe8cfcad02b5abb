import { AVERAGE_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf } from '../device/gpu.js';
import { runForEach, type ForEach } from './for-each.js';
import { inOrder } from './in-order.js';
import type { AddedKernel } from './kernel.js';

const shader: ForEach = {
  name: 'average',
  written: ['a@'],
  read: ['x@'],
  numbers: ['share: f32', 'mayOverflow: u32'],
  code: `let next = a@[i] + u.share * (x@[i] - a@[i]);
    if (u.mayOverflow == 0u || isFin(next)) { a@[i] = next; }`,
};

/** Moves averages towards values. */
export const average: AddedKernel = {
  kernelName: AVERAGE_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const gpu = gpuOf(backend);
    const averages = inOrder(inputs, 'a').map(gpu.take);
    const groups = inOrder(inputs, 'x').map((x, i) => [averages[i]!, x]);
    const { share, mayOverflow } = attrs as { share: number; mayOverflow: boolean };
    runForEach(gpu, shader, { groups, numbers: [share, Number(mayOverflow)] });
    return averages;
  },
};
