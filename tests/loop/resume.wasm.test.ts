import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineDecay,
  createAdam,
  elboObjective,
  linearRamp,
  loadCheckpoint,
  readMetrics,
  saveCheckpoint,
  train,
} from '../../src/index.js';
import { expectClose } from '../support/close.js';
import { bitsOf, numbersOf, snapshot, tinyVae } from '../training/sample.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** On the CPU sums have one order, so that the same run gives the same bits. */
const isExact = ['cpu', 'wasm'].includes(tf.getBackend());

const make = (seed = 1) =>
  tinyVae(createAdam({ learningRate: cosineDecay({ from: 0.05, to: 0.001, steps: 20 }), weightDecay: 0.01 }), {
    seed,
    averaged: true,
    clipNorm: 3,
    objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 10 }), freeNats: 0.05 }),
  });

async function run({ trainer, data }: ReturnType<typeof make>, steps: number): Promise<void> {
  for await (const report of train(trainer, data, { steps })) expect(report.skipped).toBe(0);
}

/** A run that is stopped, saved, and taken up by a new trainer, made with `seed`, that has or has not stepped. */
async function interrupted(seed: number, stepsBefore: number) {
  const first = make();
  await run(first, 4);
  expect(first.data.state(), 'in the middle of an epoch').toEqual({ epoch: 1, position: 1 });
  const file = await saveCheckpoint(first.trainer, { data: first.data });
  const second = make(seed);
  if (stepsBefore > 0) await run(second, stepsBefore);
  // the order of the data is that of the source's own seed
  const resumed = { ...second, data: make().data };
  await loadCheckpoint(resumed.trainer, file, { data: resumed.data });
  await run(resumed, 7);
  return resumed;
}

test.each([
  ['that was made in the same way', 1, 0],
  ['that was made of other numbers and has stepped', 9, 2],
])('N + M updates are N updates, a checkpoint, and M updates of a trainer %s', async (_, seed, stepsBefore) => {
  const straight = make();
  await run(straight, 11);
  const resumed = await interrupted(seed, stepsBefore);
  const [a, b] = [straight, resumed].map(({ trainer }) => Object.values(trainer.state.variables));
  if (isExact) expect(await bitsOf(b!)).toEqual(await bitsOf(a!));
  else await expectClose(await numbersOf(b!), await numbersOf(a!), { relative: 1e-5, absolute: 1e-5 });
  expect(resumed.trainer.state.plain).toEqual(straight.trainer.state.plain);
  expect(resumed.data.state()).toEqual(straight.data.state());

  const x = tf.fill([3, 6], 0.25);
  const [before, after] = [await evaluated(straight, x), await evaluated(resumed, x)];
  await expectClose(Object.values(after), Object.values(before), { relative: 1e-5, absolute: 1e-5 });
  x.dispose();
});

test('a run depends on its seed', async () => {
  const [a, b] = [make(1), make(2)];
  await run(a, 3);
  await run(b, 3);
  expect(await snapshot(a.trainer)).not.toEqual(await snapshot(b.trainer));
});

const evaluated = ({ trainer }: ReturnType<typeof make>, x: tf.Tensor) => readMetrics(trainer.evaluate(x));
