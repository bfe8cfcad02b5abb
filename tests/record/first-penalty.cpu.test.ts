import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom, r1Penalty } from '../../src/index.js';
import { record } from '../../src/record/index.js';
import { replay } from './replay.js';

// alone in its file: the first penalty of a program repairs the gradients of tfjs, here while it is recorded
test('a penalty is recorded that is the first of the program, and second derivatives are right afterwards', async () => {
  const x = createRandom(3).normal([4, 3]);
  const critic = { logits: (x: tf.Tensor) => tf.sum(tf.tanh(tf.maximum(x, tf.mul(0.2, x))), 1, true) };
  const slopeOfPenalty = (x: tf.Tensor): tf.Tensor =>
    tf.add(tf.grad((x) => tf.sum(critic.logits(x)))(x), tf.grad((x) => r1Penalty(critic as never, x))(x));
  const recording = await record(({ x }) => ({ slope: slopeOfPenalty(x) }), { inputs: { x } });
  const { slope } = tf.tidy(() => replay(recording, { x }));
  const ours = slopeOfPenalty(x);
  expect(Array.from(await slope!.data())).toEqual(Array.from(await ours.data()));
  // the second derivative of tanh at 1
  const [second] = await tf
    .grad((x) => tf.sum(tf.grad(tf.tanh)(x)))(tf.tensor1d([1]))
    .data();
  expect(second).toBeCloseTo(-0.6397, 4);
});
