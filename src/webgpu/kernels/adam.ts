import type { AdamFactors } from '../../operations/adam.js';
import { adamInOneKernel } from '../../operations/in-one-kernel.js';
import { ADAM_KERNEL } from '../../tensor/own-kernels.js';
import { sizeOf } from '../device/shader.js';
import { markFlaws } from './flaw.js';
import { runForEach, type ForEach } from './for-each.js';
import { inputsByLetter, kernelOf } from './kernel.js';

/** Notes whether a gradient or its square is not finite. */
const check = markFlaws('adam check', 'b@[i] * b@[i]');

/**
 * The state is: whether all gradients are fine; the bias corrections, the last moments of each row, and the count of skipped updates, as
 * they were before; this count as it is now; the numbers that change with the rate. All moments are rounded in the same way.
 */
const update: ForEach = {
  name: 'adam',
  writes: 'moments state',
  numbers: 'row epsilon:f32 least:f32 share:f32 keep:f32 pull:f32 share2:f32 keep2:f32 pull2:f32',
  functions: `
fn next(old: vec2f, g: f32) -> vec2f {
  return old * vec2f(u.keep, u.keep2) + (vec2f(g, g * g) - old * vec2f(u.pull, u.pull2)) * vec2f(u.share, u.share2);
}`,
  start: `let isFine = isFin(state[0]);
  let last = next(vec2f(state[1], state[2]), 1);
  if (id.x == 0) {
    state[4] = state[3] + select(1.0, 0, isFine);
    if (isFine) { moments[u.row - 1] = last.x; moments[2 * u.row - 1] = last.y; }
  }
  if (!isFine) { return; }`,
  code: `let at = before + i;
    var m = next(vec2f(moments[at], moments[u.row + at]), b@[i]);
    m = select(m, vec2f(), abs(m) < vec2f(u.least));
    moments[at] = m.x;
    moments[u.row + at] = m.y;
    a@[i] = a@[i] * state[6] - m.x * state[5] / last.x / (sqrt(m.y / last.y) + u.epsilon);`,
};

/**
 * One update of Adam. A dispatch has as many gradients, or gradients with variables, as a shader may have buffers: the first ones check
 * the gradients, the others update the variables, unless the update is skipped.
 */
export const adam = kernelOf(
  ADAM_KERNEL,
  (gpu, inputs, attributes) => {
    const { rate, kept, mean, square } = attributes as AdamFactors;
    const gradients = inputsByLetter(inputs, 'g');
    const moments = gpu.take(inputs['moments']!);
    const skipped = gpu.take(inputs['skipped']!);
    const variables = inputsByLetter(inputs, 'p').map((p) => gpu.take(p));
    const state = gpu.make([7], Float32Array.of(0, 0, 0, 0, 0, rate, kept));
    const row = sizeOf(moments.shape) / 2;
    gpu.copy(moments, state, row - 1, 1);
    gpu.copy(moments, state, 2 * row - 1, 2);
    gpu.copy(skipped, state, 0, 3);
    runForEach(gpu, check, { writes: [state], b: gradients });
    runForEach(gpu, update, {
      writes: [moments, state],
      a: variables,
      b: gradients,
      numbers: { ...attributes, ...mean, share2: square.share, keep2: square.keep, pull2: square.pull, row },
    });
    gpu.copy(state, skipped, 4);
    gpu.free(state);
    gpu.submit();
    return [skipped, moments, ...variables];
  },
  adamInOneKernel,
);
