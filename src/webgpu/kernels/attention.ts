import type { AttentionNumbers } from '../../operations/attention.js';
import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { ATTENTION_GRADIENT_KERNEL, ATTENTION_KERNEL } from '../../tensor/own-kernels.js';
import { each } from '../device/shader.js';
import { dispatch, ofEachNumber, type Dispatch, type Plan } from './dispatch.js';
import { kernelOf, type Inputs } from './kernel.js';

const numbers = 'queries tokens heads head causal factor:f32';

/** The plan of a dispatch whose output is the weights, the values or the projections: the shape is that of another input, or is given. */
const planOf =
  (shapeOf: (x: readonly number[], heads: number) => readonly number[]): NonNullable<Dispatch['plan']> =>
  ({ x }: Inputs<'x'>, { heads }: AttentionNumbers): Plan => {
    const [batch, tokens, channels] = x.shape as [number, number, number];
    const head = channels / 3 / heads;
    return {
      shapes: [shapeOf(x.shape, heads)],
      numbers: { queries: batch * heads * tokens, tokens, head, factor: head ** -0.5 },
    };
  };
const ofWeights = planOf(([batch, tokens], heads) => [batch!, heads, tokens!, tokens!]);

/**
 * A thread has a query `i` in the order of the weights: all threads of a group read the same keys, and none waits for others. It sees some
 * positions, and its numbers, its weights, the keys and the values begin somewhere.
 */
const ofEachQuery = (code: string): string =>
  each(
    'u.queries',
    `let seen = select(u.tokens, i % u.tokens + 1, u.causal == 1);
    let wide = u.heads * u.head;
    let example = i / (u.tokens * u.heads) * u.tokens;
    let place = i / u.tokens % u.heads * u.head;
    let own = (example + i % u.tokens) * wide + place;
    let keys = (3 * example + 1) * wide + place;
    let first = i * u.tokens;
    var most = -3.4e38;
    var sum = 0.0;
    ${code}`,
  );

/** The product of the query's numbers, from `own`, and those of position j, from `others`. */
const product = (own: string, others: string): string => `var score = 0.0;
      for (var k = 0u; k < u.head; k++) { score += ${own} * x[${others} + 3 * j * wide + k]; }`;

/** Of channel `channel`: its token, the first token of its example, how many positions the token sees, and the weights of its head. */
const channel = `let wide = u.heads * u.head;
    let channel = i % wide;
    let token = i / wide;
    let t = token % u.tokens;
    let example = token - t;
    let seen = select(u.tokens, t + 1, u.causal == 1);
    let rows = (example * u.heads + channel / u.head * u.tokens) * u.tokens;`;

const weigh: Dispatch = {
  name: 'attentionWeights',
  writes: 'weights',
  reads: 'x',
  numbers,
  code: ofEachQuery(`for (var j = 0u; j < seen; j++) {
      ${product('x[3 * own - 2 * place + k]', 'keys')}
      score *= u.factor;
      weights[first + j] = score;
      most = max(most, score);
    }
    for (var j = 0u; j < u.tokens; j++) {
      let e = select(0, exp(weights[first + j] - most), j < seen);
      weights[first + j] = e;
      sum += e;
    }
    for (var j = 0u; j < seen; j++) { weights[first + j] /= sum; }`),
  plan: ofWeights,
};

const attend = ofEachNumber({
  name: 'attend',
  reads: 'x weights',
  numbers,
  code: `${channel}
    var sum = 0.0;
    for (var j = 0u; j < seen; j++) {
      sum += weights[rows + t * u.tokens + j] * x[(3 * (example + j) + 2) * wide + channel];
    }
    y[i] = sum;`,
  plan: planOf(([batch, tokens, channels]) => [batch!, tokens!, channels! / 3]),
});

/** Causal or full attention, and its weights. */
export const attention = kernelOf(
  ATTENTION_KERNEL,
  (gpu, inputs, attributes) => {
    const [weights] = dispatch(gpu, weigh, inputs, attributes);
    const [y] = dispatch(gpu, attend, { ...inputs, weights: weights! }, attributes);
    return [y!, weights!];
  },
  composedInOneKernel(ATTENTION_KERNEL, 'x weights'),
);

const gradientOfScores: Dispatch = {
  name: 'attentionScores',
  writes: 'y',
  reads: 'x weights dy',
  numbers,
  code: ofEachQuery(`for (var j = 0u; j < seen; j++) {
      ${product('dy[own + k]', 'keys + wide')}
      y[first + j] = score;
      sum += score * weights[first + j];
    }
    for (var j = 0u; j < u.tokens; j++) {
      let at = first + j;
      y[at] = select(0, weights[at] * (y[at] - sum) * u.factor, j < seen);
    }`),
  plan: ofWeights,
};

/** The gradients of queries, keys and values. */
const gradient = ofEachNumber({
  name: 'attentionGradient',
  reads: 'x weights dy dScores',
  numbers,
  code: `let wide = u.heads * u.head;
    let channel = i % wide;
    let kind = i / wide % 3;
    let token = i / wide / 3;
    let t = token % u.tokens;
    let example = token - t;
    let rows = (example * u.heads + channel / u.head * u.tokens) * u.tokens;
    let isQuery = kind == 0;
    let begin = select(0, t, u.causal == 1 && !isQuery);
    let end = select(u.tokens, t + 1, u.causal == 1 && isQuery);
    var sum = 0.0;
    for (var j = begin; j < end; j++) {
      let other = (example + j) * wide + channel;
      let at = rows + j * u.tokens + t;
      if (isQuery) { sum += dScores[rows + t * u.tokens + j] * x[3 * other - 2 * channel + wide]; }
      if (kind == 1) { sum += dScores[at] * x[3 * other - 2 * channel]; }
      if (kind == 2) { sum += weights[at] * dy[other]; }
    }
    y[i] = sum;`,
  plan: planOf((shape) => shape),
});

/** Its gradient, in the shape of the projections. */
export const attentionGradient = kernelOf(ATTENTION_GRADIENT_KERNEL, (gpu, inputs, attributes) => {
  const [dScores] = dispatch(gpu, gradientOfScores, inputs, attributes);
  const [dx] = dispatch(gpu, gradient, { ...inputs, dScores: dScores! }, attributes);
  gpu.free(dScores!);
  return dx!;
});
