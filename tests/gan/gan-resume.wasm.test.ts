import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cosineDecay, createAdam, loadCheckpoint, saveCheckpoint, train } from '../../src/index.js';
import { expectClose } from '../support/close.js';
import { bitsOf, numbersOf } from '../training/sample.js';
import { tinyGan } from './tiny-gan.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** On the CPU sums have one order, so that the same run gives the same bits. */
const isExact = ['cpu', 'wasm'].includes(tf.getBackend());

const make = (seed = 1) => {
  const adam = () => createAdam({ learningRate: cosineDecay({ from: 0.02, to: 0.001, steps: 20 }), beta1: 0.5 });
  return tinyGan({
    seed,
    averaged: true,
    clipNorm: 3,
    discriminatorSteps: 3,
    optimizers: { generator: adam(), discriminator: adam() },
    augment: (images, random) => tf.add(images, tf.mul(0.01, random.normal(images.shape))),
  });
};

async function run({ trainer, data }: ReturnType<typeof make>, steps: number): Promise<void> {
  for await (const report of train(trainer, data, { steps })) expect(report.skipped).toBe(0);
}

test('a checkpoint in the middle of the discriminator’s updates resumes bit for bit, in a trainer of another seed too', async () => {
  const straight = make();
  await run(straight, 11);
  const first = make();
  await run(first, 4);
  expect(first.trainer.state.plain).toMatchObject({ steps: 4 });
  const file = await saveCheckpoint(first.trainer, { data: first.data });
  const second = { ...make(9), data: make().data };
  await run({ ...second, data: make(5).data }, 2);
  await loadCheckpoint(second.trainer, file, { data: second.data });
  await run(second, 7);
  const [a, b] = [straight, second].map(({ trainer }) => Object.values(trainer.state.variables));
  if (isExact) expect(await bitsOf(b!)).toEqual(await bitsOf(a!));
  else await expectClose(await numbersOf(b!), await numbersOf(a!), { relative: 1e-5, absolute: 1e-5 });
  expect(second.trainer.state.plain).toEqual(straight.trainer.state.plain);
});
