import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { createRandom, createTrainer, loadCheckpoint, saveCheckpoint } from '../../../src/index.js';
import { mergeRuns } from '../../../src/pytorch/index.js';
import { decodeSafetensors } from '../../support/safetensors.js';
import { variableOf } from '../../training/sample.js';

const RATE = 0.1;
const START = [0.5, -0.25, 1];
/** Two workers' shares of a batch. */
const SHARES = [
  [
    [0.3, -1.2, 0.7],
    [1.1, 0.4, -0.5],
  ],
  [
    [-0.9, 0.8, 0.2],
    [0.6, -0.1, 1.4],
  ],
];

/** Gradient descent on a mean of squares over examples; the part also has a variance, which is not trained. */
function make() {
  const [weights, variance] = [variableOf(START), variableOf([1])];
  const trainer = createTrainer({
    name: 'line',
    parts: { net: { variables: [weights], buffers: [variance], dispose: () => undefined } },
    optimizer: tf.train.sgd(RATE),
    random: createRandom(1),
    loss: ({ x }) => ({ loss: tf.mean(tf.square(tf.sub(tf.sum(tf.mul(x, weights), 1), 1))) }),
  });
  return { trainer, weights, variance };
}

/** The checkpoint after one step on these rows. */
async function after(rows: readonly number[][], variance = 1): Promise<Uint8Array> {
  const made = make();
  tf.dispose(made.trainer.step(tf.tensor2d(rows as number[][])));
  made.variance.assign(tf.tensor1d([variance]));
  return saveCheckpoint(made.trainer);
}
const numbersIn = (bytes: Uint8Array, name: string): number[] =>
  Array.from(decodeSafetensors('test', bytes).tensors.get(name)!.data as Float32Array);

let before: Uint8Array;
let each: Uint8Array[];
beforeAll(async () => {
  before = await saveCheckpoint(make().trainer);
  each = await Promise.all(SHARES.map((rows) => after(rows)));
});

test('one step of gradient descent, the rate 1 and no momentum are one step on the whole batch', async () => {
  const { checkpoint } = await mergeRuns({ before, after: each }, { rate: 1, momentum: 0 });
  const merged = make();
  await loadCheckpoint(merged.trainer, checkpoint);
  const whole = await after(SHARES.flat());
  const wanted = numbersIn(whole, 'net.0');
  merged.weights.dataSync().forEach((x, i) => expect(x).toBeCloseTo(wanted[i]!, 6));
  expect(merged.trainer.state.plain).toMatchObject({ steps: 1 });
});

test('two outer steps are those of Nesterov momentum in float64', async () => {
  const [rate, momentum] = [0.7, 0.9];
  let [x, v] = [Float64Array.from(START), new Float64Array(3)];
  let merged: { checkpoint: Uint8Array; velocity?: Uint8Array } = { checkpoint: before };
  for (let round = 0; round < 2; round++) {
    merged = await mergeRuns({ before: merged.checkpoint, after: each, velocity: merged.velocity }, { rate, momentum });
    const mean = x.map((_, i) => (numbersIn(each[0]!, 'net.0')[i]! + numbersIn(each[1]!, 'net.0')[i]!) / 2);
    const delta = x.map((number, i) => number - mean[i]!);
    v = v.map((number, i) => momentum * number + delta[i]!);
    x = x.map((number, i) => number - rate * (delta[i]! + momentum * v[i]!));
    numbersIn(merged.checkpoint, 'net.0').forEach((number, i) => expect(number).toBeCloseTo(x[i]!, 6));
  }
});

test('a variance stays at least 0', async () => {
  const low = await Promise.all(SHARES.map((rows) => after(rows, 1e-3)));
  const { checkpoint } = await mergeRuns({ before, after: low }, { rate: 1, momentum: 0.9 });
  expect(numbersIn(checkpoint, 'net.1')).toEqual([0]);
});

test('what cannot be merged is refused in one sentence', async () => {
  const refused = (checkpoints: unknown, message: RegExp, options = {}) =>
    expect(mergeRuns(checkpoints as never, options)).rejects.toThrow(message);
  await refused({ before, after: [] }, /^mergeRuns: `checkpoints.after` must be an array of at least one checkpoint/);
  await refused([before, ...each], /^mergeRuns: `checkpoints/);
  await refused({ before, after: [before.slice(0, 50)] }, /^mergeRuns: `checkpoints.after\[0\]`/);
  await refused({ before, after: each, velocity: before }, /^mergeRuns: `checkpoints.velocity` must be the velocity/);
  await refused({ before, after: each }, /^mergeRuns: `momentum` must/, { momentum: 1 });
  const other = createTrainer({
    name: 'line',
    parts: { net: { variables: [variableOf([1, 2])], dispose: () => undefined } },
    optimizer: tf.train.sgd(RATE),
    random: createRandom(1),
    loss: () => ({ loss: tf.scalar(0) }),
  });
  const foreign = await saveCheckpoint(other);
  await refused({ before, after: [foreign] }, /`checkpoints.after\[0\]` must have for net.0 what before has, F32 \[3\]; got F32 \[2\]/); // prettier-ignore
});
