import type { AttentionNumbers } from '../../operations/attention.js';
import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { ATTENTION_GRADIENT_KERNEL, ATTENTION_KERNEL } from '../../tensor/own-kernels.js';
import { dispatch, ofEachNumber, ofOneDispatch, type Plan } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import { kernelOf, type Inputs } from './kernel.js';

const numbers = 'heads head causal factor:f32';

function planOf({ x }: Inputs<'x'>, { heads }: AttentionNumbers): Required<Plan> {
  const [batch, tokens, channels] = x.shape as [number, number, number];
  const head = channels / 3 / heads;
  return {
    shapes: [
      [batch, tokens, channels / 3],
      [batch, heads, tokens, tokens],
    ],
    numbers: { head, factor: head ** -0.5, tokens },
    groups: { examples: batch * heads * tokens, size: tokens },
  };
}

/**
 * A unit is the position of a query in a head, and its columns are the positions that it sees. The score of each is the product of a
 * vector of the query and one of the position.
 */
const scores = (query: string, position: string, code: string, stored: string): string => `
    let seen = select(u.size, unit % u.size + 1, u.causal == 1);
    let wide = u.heads * u.head;
    let place = unit / u.size % u.heads * u.head;
    let token = unit / (u.size * u.heads) * u.size;
    let own = (token + unit % u.size) * wide + place;
    let q = 3 * own - 2 * place;
    let keys = (3 * token + 1) * wide + place;
    var most = vec2f(-3.4e38);
    ${eachOfUnit(`
      var score = 0.0;
      if (c < seen) {
        for (var k = 0u; k < u.head; k++) { score += ${query} * x[${position} + 3 * c * wide + k]; }
        ${code}
      }
      ${stored}[at] = score;`)}`;

/** Causal or full attention, and its weights; each thread of a unit reads what all of them wrote before the barrier. */
export const attention = ofOneDispatch(
  inGroups({
    name: ATTENTION_KERNEL,
    writes: 'y weights',
    reads: 'x',
    numbers,
    code: `${scores('x[q + k]', 'keys', 'score *= u.factor; most.x = max(most.x, score);', 'weights')}
    most = reduce(most, u.width / 2, 1, true);
    ${eachOfUnit('let e = select(0, exp(weights[at] - most.x), c < seen); weights[at] = e; sums.x += e;')}
    let sum = overColumns(sums).x;
    ${eachOfUnit('weights[at] /= sum;')}
    storageBarrier();
    for (var k = column; k < select(0, u.head, isIn); k += u.width) {
      var value = 0.0;
      for (var j = 0u; j < seen; j++) { value += weights[first + j] * x[keys + (3 * j + 1) * wide + k]; }
      y[own + k] = value;
    }`,
    plan: planOf,
  }),
  composedInOneKernel(ATTENTION_KERNEL, 'x weights'),
);

const gradientOfScores = inGroups({
  name: 'attentionScores',
  reads: 'x weights dy',
  numbers,
  code: `${scores('dy[own + k]', 'keys + wide', 'sums.x += score * weights[at];', 'y')}
    let sum = overColumns(sums).x;
    ${eachOfUnit('y[at] = weights[at] * (y[at] - sum) * u.factor;')}`,
  plan: (inputs: Inputs<'x'>, attributes: AttentionNumbers) => {
    const plan = planOf(inputs, attributes);
    return { ...plan, shapes: plan.shapes.slice(1) };
  },
});

/** The gradients of queries, keys and values. */
const gradient = ofEachNumber({
  name: 'attentionGradient',
  reads: 'x weights dy dScores',
  numbers: `${numbers} tokens`,
  code: `let wide = u.heads * u.head;
    let channel = i % wide;
    let kind = i / wide % 3;
    let token = i / wide / 3;
    let t = token % u.tokens;
    let head = (token / u.tokens * u.heads + channel / u.head) * u.tokens;
    var sum = 0.0;
    for (var j = 0u; j < u.tokens; j++) {
      if (u.causal == 1 && select((j < t), (t < j), kind == 0)) { continue; }
      let other = token - t + j;
      let at = (head + j) * u.tokens + t;
      if (kind == 0) { sum += dScores[(head + t) * u.tokens + j] * x[(3 * other + 1) * wide + channel]; }
      if (kind == 1) { sum += dScores[at] * x[3 * other * wide + channel]; }
      if (kind == 2) { sum += weights[at] * dy[other * wide + channel]; }
    }
    y[i] = sum;`,
  plan: (inputs: Inputs<'x'>, attributes: AttentionNumbers) => ({
    shapes: [inputs.x.shape],
    numbers: planOf(inputs, attributes).numbers,
  }),
});

/** Its gradient, in the shape of the projections. */
export const attentionGradient = kernelOf(ATTENTION_GRADIENT_KERNEL, (gpu, inputs, attributes) => {
  const [dScores] = dispatch(gpu, gradientOfScores, inputs, attributes);
  const [dx] = dispatch(gpu, gradient, { ...inputs, dScores: dScores! }, attributes);
  gpu.free(dScores!);
  return dx!;
});
