import { numbered } from '../../operations/in-one-kernel.js';
import { runKernel } from '../../tensor/own-kernels.js';
import type { OwnFlaw } from '../../training/optimizers/guard.js';
import { sizeOf } from '../device/shader.js';
import { runForEach, type ForEach } from './for-each.js';
import { inputsByLetter, kernelOf } from './kernel.js';

/** Makes the first number NaN if one of others is not finite. */
export function markFlaws(name: string, number: string): ForEach {
  return {
    name,
    writes: 'y:atomic<u32>',
    start: 'var isFine = true;',
    code: `isFine = isFine && isFin(${number});`,
    end: 'if (!isFine) { atomicStore(&y[0], 0x7fc00000); }',
  };
}

const shader = markFlaws('flaw', 'b@[i]');

/** Perhaps `x`, and `s0`, `s1`, ... Output: `x`, or a zero, with NaN as its first number if a number of `s0`, ... is not finite. */
export const flaw = kernelOf<OwnFlaw>(
  'GenerativeFlaw',
  (gpu, inputs) => {
    const { x } = inputs as { x?: (typeof inputs)[string] };
    const y = x ? gpu.take(x, true) : gpu.make([], Float32Array.of(0));
    if (sizeOf(y.shape) > 0) runForEach(gpu, shader, { writes: [y], b: inputsByLetter(inputs, 's') });
    return y;
  },
  (tensors, x) => runKernel('GenerativeFlaw', { ...(x && { x }), ...numbered('s', tensors) }),
);
