import { runKernel } from '../../tensor/own-kernels.js';
import type { OwnFlaw } from '../../training/optimizers/guard.js';
import { gpuOf, sizeOf } from '../device/gpu.js';
import { runForEach, type ForEach } from './for-each.js';
import { inOrder, numbered } from './in-order.js';
import type { AddedKernel } from './kernel.js';

const shader: ForEach = {
  name: 'flaw',
  writes: ['y: array<atomic<u32>>'],
  written: [],
  read: ['s@'],
  before: 'var isFine = true;',
  code: 'isFine = isFine && isFin(s@[i]);',
  after: 'if (!isFine) { atomicStore(&y[0], 0x7fc00000u); }',
};

/** Perhaps `x`, and `s0`, `s1`, ... Output: `x`, or a zero, with NaN as its first number if a number of `s0`, ... is not finite. */
export const flaw: AddedKernel<OwnFlaw> = {
  kernelName: 'GenerativeFlaw',
  kernel: ({ inputs, backend }) => {
    const gpu = gpuOf(backend);
    const { x } = inputs;
    // it is copied, because others may use it
    if (x !== undefined) gpu.backend.incRef(x.dataId);
    const y = x === undefined ? gpu.make([], Float32Array.of(0)) : gpu.take(x);
    if (x !== undefined) gpu.backend.disposeData(x.dataId);
    if (sizeOf(y.shape) > 0) runForEach(gpu, shader, { writes: [y], groups: inOrder(inputs, 's').map((s) => [s]) });
    return y;
  },
  operation: (tensors, x) => runKernel('GenerativeFlaw', { ...(x && { x }), ...numbered('s', tensors) }),
};
