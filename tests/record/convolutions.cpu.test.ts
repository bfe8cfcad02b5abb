import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { record } from '../../src/record/index.js';
import { replay } from './replay.js';

const random = createRandom(3);
const x = random.normal([2, 5, 5, 2]);
const filter = random.normal([3, 3, 2, 4]);

// operations that the tape of tfjs keeps, and not a gradient of this library
test.each<[string, (x: tf.Tensor, filter: tf.Tensor) => tf.Tensor]>([
  ['conv2d', (x, filter) => tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 'same')],
  [
    'conv2dTranspose',
    (x, filter) =>
      tf.conv2dTranspose(
        x as tf.Tensor4D,
        tf.transpose(filter, [0, 1, 3, 2]) as tf.Tensor4D,
        [2, 10, 10, 4],
        2,
        'same',
      ),
  ],
])('the gradients of %s are recorded, also those of its gradients', async (_, convolve) => {
  const loss = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor => tf.sum(tf.square(convolve(x, filter)));
  const penalty = (x: tf.Tensor, filter: tf.Tensor): tf.Tensor => tf.sum(tf.square(tf.grad((x) => loss(x, filter))(x)));
  const slopes = ({ x, filter }: { x: tf.Tensor; filter: tf.Tensor }) => {
    const [first, second] = [loss, penalty].map((f) => tf.grads(f)([x, filter]));
    return { x: first![0]!, filter: first![1]!, twice: second![1]! };
  };
  const recording = await record(slopes, { inputs: { x, filter } });
  const [replayed, ours] = [tf.tidy(() => replay(recording, { x, filter })), tf.tidy(() => slopes({ x, filter }))];
  for (const name of ['x', 'filter', 'twice'] as const) {
    expect(Array.from(await replayed[name]!.data())).toEqual(Array.from(await ours[name].data()));
    expect((await ours[name].data()).some((number) => number !== 0)).toBe(true);
  }
});
