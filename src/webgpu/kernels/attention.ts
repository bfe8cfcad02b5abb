import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AttentionNumbers } from '../../operations/attention.js';
import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { ATTENTION_GRADIENT_KERNEL, ATTENTION_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf, groupsFor, sizeOf } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import { each, inGroups, runInGroups } from './in-groups.js';
import type { AddedKernel } from './kernel.js';

const numbers = ['heads: u32', 'head: u32', 'causal: u32', 'factor: f32'];

/** A unit is the position of a query in a head, and its columns are the positions that it sees. */
const query = `
    let seen = select(u.size, unit % u.size + 1u, u.causal == 1u);
    let wide = u.heads * u.head;
    let example = unit / (u.size * u.heads) * u.size;
    let place = unit / u.size % u.heads * u.head;
    let own = (example + unit % u.size) * wide + place;
    let keys = (3u * example + 1u) * wide + place;
    let ends = select(0u, u.head, isIn);`;

/** The code for each number `k` of the query's head. */
const eachOfHead = (code: string): string => `for (var k = column; k < ends; k += u.width) { ${code} }`;

/** What the columns of a unit wrote is read by all of them. */
const written = 'storageBarrier();';

const forward = inGroups({
  name: 'attention',
  writes: ['y', 'weights'],
  reads: ['x'],
  numbers,
  code: `${query}
    let q = 3u * (own - place) + place;
    var most = -3.4e38;
    ${each(`
      if (c < seen) {
        var score = 0.0;
        for (var k = 0u; k < u.head; k++) { score += x[q + k] * x[keys + 3u * c * wide + k]; }
        score *= u.factor;
        weights[at] = score;
        most = max(most, score);
      }`)}
    most = largest(most, i);
    var sums = vec2f();
    ${each('let e = select(0.0, exp(weights[at] - most), c < seen); weights[at] = e; sums.x += e;')}
    let sum = overColumns(sums, i).x;
    ${each('weights[at] /= sum;')}
    ${written}
    ${eachOfHead(`
      var value = 0.0;
      for (var j = 0u; j < seen; j++) { value += weights[first + j] * x[keys + (3u * j + 1u) * wide + k]; }
      y[own + k] = value;`)}`,
});

/** The gradients of scores and queries. */
const backward = inGroups({
  name: 'attentionGradient',
  writes: ['dx', 'dScores'],
  reads: ['x', 'weights', 'dy'],
  numbers,
  code: `${query}
    let q = 3u * (own - place) + place;
    var sums = vec2f();
    ${each(`
      var slope = 0.0;
      if (c < seen) {
        for (var k = 0u; k < u.head; k++) { slope += dy[own + k] * x[keys + (3u * c + 1u) * wide + k]; }
        sums.x += slope * weights[at];
      }
      dScores[at] = slope;`)}
    let sum = overColumns(sums, i).x;
    ${each('dScores[at] = weights[at] * (dScores[at] - sum) * u.factor;')}
    ${written}
    ${eachOfHead(`
      var value = 0.0;
      for (var j = 0u; j < seen; j++) { value += dScores[first + j] * x[keys + 3u * j * wide + k]; }
      dx[q + k] = value;`)}`,
});

/** The gradients of keys and values. */
const ofKeys = elementwise({
  name: 'attentionGradientOfKeys',
  writes: ['dx'],
  reads: ['x', 'weights', 'dy', 'dScores'],
  numbers: ['tokens: u32', ...numbers],
  code: `
    let wide = u.heads * u.head;
    let channel = i % wide;
    let token = i / wide;
    let example = token / u.tokens;
    var sums = vec2f();
    for (var j = select(0u, token % u.tokens, u.causal == 1u); j < u.tokens; j++) {
      let at = ((example * u.heads + channel / u.head) * u.tokens + j) * u.tokens + token % u.tokens;
      let other = example * u.tokens + j;
      sums += vec2f(dScores[at] * x[3u * other * wide + channel], weights[at] * dy[other * wide + channel]);
    }
    dx[(3u * token + 1u) * wide + channel] = sums.x;
    dx[(3u * token + 2u) * wide + channel] = sums.y;`,
});

function sizesOf({ shape }: TensorInfo, { heads, causal }: AttentionNumbers) {
  const [batch, tokens, channels] = shape as [number, number, number];
  const head = channels / 3 / heads;
  return {
    groups: { examples: batch * heads * tokens, rows: 1, groups: 1, size: tokens },
    more: [heads, head, Number(causal), head ** -0.5],
    shapes: [
      [batch, tokens, channels / 3],
      [batch, heads, tokens, tokens],
    ],
  } as const;
}

/** Causal or full attention, and its weights. */
export const attention: AddedKernel = {
  kernelName: ATTENTION_KERNEL,
  operation: composedInOneKernel(ATTENTION_KERNEL, 'x weights'),
  kernel: ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const gpu = gpuOf(backend);
    const { groups, more, shapes } = sizesOf(x, attrs as unknown as AttentionNumbers);
    const made = shapes.map((shape) => gpu.make(shape));
    if (sizeOf(x.shape) > 0) runInGroups(gpu, forward, [...made, x], groups, more);
    return made;
  },
};

/** Its gradient, in the shape of the projections. */
export const attentionGradient: AddedKernel = {
  kernelName: ATTENTION_GRADIENT_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, weights, dy } = inputs as Record<'x' | 'weights' | 'dy', TensorInfo>;
    const gpu = gpuOf(backend);
    const { groups, more } = sizesOf(x, attrs as unknown as AttentionNumbers);
    const [dx, n] = [gpu.make(x.shape), sizeOf(dy.shape)];
    if (n === 0) return dx;
    const dScores = gpu.make(weights.shape);
    runInGroups(gpu, backward, [dx, dScores, x, weights, dy], groups, more);
    gpu.run(ofKeys, [dx, x, weights, dy, dScores], [n, groups.size, ...more], groupsFor(n));
    gpu.backend.disposeData(dScores.dataId);
    return dx;
  },
};
