import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { AttentionNumbers } from '../../operations/attention.js';
import { attentionInOneKernel } from '../../operations/in-one-kernel.js';
import { ATTENTION_GRADIENT_KERNEL, ATTENTION_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf, groupsFor } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

const numbers = ['tokens: u32', 'heads: u32', 'head: u32', 'causal: u32', 'factor: f32'];

/** Of query `i` in the order of the weights: how many positions it sees, and where it, its weights, the keys and the values begin. */
const query = `
    let seen = select(u.tokens, i % u.tokens + 1u, u.causal == 1u);
    let wide = u.heads * u.head;
    let example = i / (u.tokens * u.heads) * u.tokens;
    let place = i / u.tokens % u.heads * u.head;
    let token = example + i % u.tokens;
    let q = 3u * token * wide + place;
    let keys = (3u * example + 1u) * wide + place;
    let values = keys + wide;
    let own = token * wide + place;
    let first = i * u.tokens;`;

/** Of channel `i`: its token, the first token of its example, how many positions the token sees, and the weights of its head. */
const channel = `
    let wide = u.heads * u.head;
    let channel = i % wide;
    let token = i / wide;
    let t = token % u.tokens;
    let example = token - t;
    let seen = select(u.tokens, t + 1u, u.causal == 1u);
    let rows = (example * u.heads + channel / u.head * u.tokens) * u.tokens;`;

/** A thread has a query: all threads of a group read the same keys, and none waits for others. */
const weigh = elementwise({
  name: 'attention weights',
  writes: ['weights'],
  reads: ['x'],
  numbers,
  code: `${query}
    var most = -3.4e38;
    for (var j = 0u; j < seen; j++) {
      var score = 0.0;
      for (var k = 0u; k < u.head; k++) { score += x[q + k] * x[keys + 3u * j * wide + k]; }
      score *= u.factor;
      weights[first + j] = score;
      most = max(most, score);
    }
    var sum = 0.0;
    for (var j = 0u; j < seen; j++) {
      let e = exp(weights[first + j] - most);
      weights[first + j] = e;
      sum += e;
    }
    for (var j = 0u; j < u.tokens; j++) { weights[first + j] = select(0.0, weights[first + j] / sum, j < seen); }`,
});

const attend = elementwise({
  name: 'attention',
  writes: ['y'],
  reads: ['x', 'weights'],
  numbers,
  code: `${channel}
    var sum = 0.0;
    for (var j = 0u; j < seen; j++) {
      sum += weights[rows + t * u.tokens + j] * x[(3u * (example + j) + 2u) * wide + channel];
    }
    y[i] = sum;`,
});

const ofScores = elementwise({
  name: 'attention scores gradient',
  writes: ['dScores'],
  reads: ['x', 'weights', 'dy'],
  numbers,
  code: `${query}
    var sum = 0.0;
    for (var j = 0u; j < seen; j++) {
      var slope = 0.0;
      for (var k = 0u; k < u.head; k++) { slope += dy[own + k] * x[values + 3u * j * wide + k]; }
      dScores[first + j] = slope;
      sum += slope * weights[first + j];
    }
    for (var j = 0u; j < u.tokens; j++) {
      let at = first + j;
      dScores[at] = select(0.0, weights[at] * (dScores[at] - sum) * u.factor, j < seen);
    }`,
});

const ofProjections = elementwise({
  name: 'attentionGradient',
  writes: ['dx'],
  reads: ['x', 'weights', 'dy', 'dScores'],
  numbers,
  code: `${channel}
    var ofQuery = 0.0;
    for (var j = 0u; j < seen; j++) {
      ofQuery += dScores[rows + t * u.tokens + j] * x[(3u * (example + j) + 1u) * wide + channel];
    }
    var sums = vec2f();
    for (var j = select(0u, t, u.causal == 1u); j < u.tokens; j++) {
      let at = rows + j * u.tokens + t;
      let other = (example + j) * wide + channel;
      sums += vec2f(dScores[at] * x[3u * (other - channel) + channel], weights[at] * dy[other]);
    }
    let first = 3u * token * wide + channel;
    dx[first] = ofQuery;
    dx[first + wide] = sums.x;
    dx[first + 2u * wide] = sums.y;`,
});

function sizesOf({ shape }: TensorInfo, { heads, causal }: AttentionNumbers) {
  const [batch, tokens, channels] = shape as [number, number, number];
  const head = channels / 3 / heads;
  return {
    queries: batch * heads * tokens,
    channels: batch * tokens * heads * head,
    numbers: [tokens, heads, head, Number(causal), head ** -0.5],
    shapes: [
      [batch, tokens, channels / 3],
      [batch, heads, tokens, tokens],
    ],
  } as const;
}

/** Causal or full attention, and its weights. */
export const attention: AddedKernel = {
  kernelName: ATTENTION_KERNEL,
  operation: attentionInOneKernel,
  kernel: ({ inputs, attrs, backend }) => {
    const x = inputs['x']!;
    const gpu = gpuOf(backend);
    const { queries, channels, numbers, shapes } = sizesOf(x, attrs as unknown as AttentionNumbers);
    const [y, weights] = [gpu.make(shapes[0]), gpu.make(shapes[1])];
    if (channels > 0) {
      gpu.run(weigh, [weights, x], [queries, ...numbers], groupsFor(queries));
      gpu.run(attend, [y, x, weights], [channels, ...numbers], groupsFor(channels));
    }
    return [y, weights];
  },
};

/** Its gradient, in the shape of the projections. */
export const attentionGradient: AddedKernel = {
  kernelName: ATTENTION_GRADIENT_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const { x, weights, dy } = inputs as Record<'x' | 'weights' | 'dy', TensorInfo>;
    const gpu = gpuOf(backend);
    const { queries, channels, numbers } = sizesOf(x, attrs as unknown as AttentionNumbers);
    const dx = gpu.make(x.shape);
    if (channels === 0) return dx;
    const dScores = gpu.make(weights.shape);
    gpu.run(ofScores, [dScores, x, weights, dy], [queries, ...numbers], groupsFor(queries));
    gpu.run(ofProjections, [dx, x, weights, dy, dScores], [channels, ...numbers], groupsFor(channels));
    gpu.backend.disposeData(dScores.dataId);
    return dx;
  },
};
