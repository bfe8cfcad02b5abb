import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from '../../gradients/tape.js';
import { numbered } from '../../operations/in-one-kernel.js';
import { runKernel } from '../../tensor/own-kernels.js';
import type { OwnClip } from '../../training/optimizers/clip-by-global-norm.js';
import { WORKGROUP } from '../device/shader.js';
import { runForEach, type ForEach } from './for-each.js';
import { inputsByLetter, kernelOf } from './kernel.js';

/** Workgroups that sum squares: each has a sum of its own. */
const SUMS = 64;

/** Sums of squares, and of those of the same numbers times 2^-70, because the others may overflow. */
const squares: ForEach = {
  name: 'squares',
  writes: 'sums:vec2f',
  start: 'var sum = vec2f();',
  code: 'let both = b@[i] * vec2f(1, 0x1p-70); sum += both * both;',
  end: `sum = reduce(sum, ${WORKGROUP / 2}, 1);
  if (thread == 0) { sums[group.x] += sum; }`,
};

const scaled: ForEach = {
  name: 'scaled',
  reads: 'sums:vec2f',
  numbers: 'norm:f32',
  start: `var sum = vec2f();
  for (var k = 0u; k < ${SUMS}; k++) { sum += sums[k]; }
  var size = sqrt(sum.x);
  if (!isFin(size)) { size = sqrt(sum.y) * 0x1p70; }
  var nan = 0x7fc00000;
  let scale = select(bitcast<f32>(nan), u.norm / max(u.norm, size), isFin(size));`,
  code: 'a@[i] = b@[i] * scale;',
};

/** `g0`, `g1`, ...; attribute: `norm`. Outputs: these gradients, scaled down to the global norm. */
export const clip = kernelOf<OwnClip>(
  'GenerativeClip',
  (gpu, inputs, attributes) => {
    const sums = gpu.make([2 * SUMS], new Float32Array(2 * SUMS));
    const gradients = inputsByLetter(inputs, 'g');
    runForEach(gpu, squares, { writes: [sums], b: gradients, most: SUMS });
    const results = gradients.map(({ shape }) => gpu.make(shape));
    runForEach(gpu, scaled, {
      reads: [sums],
      a: results,
      b: gradients,
      numbers: attributes,
    });
    gpu.free(sums);
    return results;
  },
  (gradients, norm) =>
    gradientDepth() > 0 ? undefined : runKernel<Tensor[]>('GenerativeClip', numbered('g', gradients), { norm }),
);
