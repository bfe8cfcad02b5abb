import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createAdam, createRandom, createTrainer, dense, type Schedule } from '../../src/index.js';
import { recordStep } from '../../src/record/index.js';
import { trainers } from '../contract/trainers.js';

const shape = { shape: [null, 3] };

/** A trainer whose learning rate, and the weight of whose loss, follow schedules. */
function line({ rate = () => 0.1, weight = () => 1, clip }: { rate?: Schedule; weight?: Schedule; clip?: Schedule }) {
  const model = dense({ inputs: 3, units: 2, random: createRandom(1) });
  return createTrainer({
    name: 'line',
    parts: { model },
    optimizer: createAdam({ learningRate: rate }),
    random: createRandom(2),
    loss: ({ x, step }) => {
      const y = model.apply(x);
      return { loss: tf.mul(weight(step), tf.mean(tf.square(clip ? tf.clipByValue(y, -clip(step), clip(step)) : y))) };
    },
  });
}

const chosenBy = async (trainer: ReturnType<typeof line>) =>
  (await recordStep(trainer, shape)).inputs.filter(({ data }) => data).map(({ name, data }) => [name, ...data!]);

test('numbers of the host that change in each step, later, or only before are inputs, and others are none', async () => {
  expect(await chosenBy(line({}))).toEqual([]);
  expect(await chosenBy(line({ weight: (step) => 1 / (1 + step) }))).toEqual([['host0', 1]]);
  expect(await chosenBy(line({ weight: (step) => (step < 1000 ? 1 : 0.5) }))).toEqual([['host0', 1]]);
  expect(await chosenBy(line({ rate: (step) => (step < 500000 ? 0.5 : 0.25) }))).toEqual([['host0', 0.5]]);
  const trainer = line({ weight: (step) => Math.min(1, 0.5 + step / 8) });
  const x = tf.ones([2, 3]);
  for (let i = 0; i < 6; i++) tf.dispose({ ...trainer.step(x) });
  expect(await chosenBy(trainer)).toEqual([['host0', 1]]);
});

test('a bound that the host changes is refused, whenever it changes', async () => {
  for (const clip of [(step: number) => 1 + step, (step: number) => (step < 1000 ? 1 : 2)])
    await expect(recordStep(line({ clip }), shape)).rejects.toThrow(
      /^recordStep: `trainer` must do the same at each call; got `clipValueM\w+` of ClipByValue: -?1, -?\d+\. /,
    );
});

test('the inputs of a step are the same whenever it is recorded', async () => {
  const { make, batches } = trainers.find(({ name }) => name === 'a consistency model')!;
  const trainer = make();
  const [batch] = batches() as [{ readonly x: tf.Tensor }];
  const names = async (): Promise<string[]> => (await recordStep(trainer, batch)).inputs.map(({ name }) => name);
  const first = await names();
  // tables of the gap, which is the same in the first steps
  expect(first.filter((name) => name.startsWith('host')).length).toBeGreaterThan(2);
  for (let i = 0; i < 12; i++) tf.dispose({ ...trainer.step(batch) });
  expect(await names()).toEqual(first);
});
