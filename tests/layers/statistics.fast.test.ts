import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { initializers, layers as layer, sequential, type Sequential } from '@tensorflow/tfjs-layers';
import { expect, test } from 'vitest';
import { createDiscriminator, gradientPenalty, r1Penalty, type Discriminator } from '../../src/gan/index.js';
import { fromLayersModel } from '../../src/layers/index.js';
import type { Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { expectClose, read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const MOMENTUM = 0.75;

/** Batch normalisation of the input itself, so that its statistics are those of the data; then one unit. */
const normalised = (): Sequential =>
  sequential({
    layers: [
      layer.batchNormalization({ momentum: MOMENTUM, inputShape: [2] }),
      layer.dense({ units: 1, kernelInitializer: initializers.glorotUniform({ seed: 2 }) }),
    ],
  });

const real = [1, 10, 3, -10, 8, 6];
const fake = [0.5, 0, 0.5, 3, 2, 0];
const batch = (rows: readonly number[]): Tensor => tf.tensor(rows, [3, 2], 'float32');
const column = (rows: readonly number[], j: number): number[] => rows.filter((_, i) => i % 2 === j);
const mean = (rows: readonly number[]): number => rows.reduce((sum, x) => sum + x, 0) / rows.length;

/** The moving mean and variance after training passes over these batches, in float64; they start at 0 and 1. */
function moved(...batches: readonly (readonly number[])[]): number[] {
  const statistics = [0, 0, 1, 1];
  for (const rows of batches) {
    for (const j of [0, 1]) {
      const m = mean(column(rows, j));
      const variance = mean(column(rows, j).map((x) => (x - m) ** 2));
      statistics[j] = MOMENTUM * statistics[j]! + (1 - MOMENTUM) * m;
      statistics[2 + j] = MOMENTUM * statistics[2 + j]! + (1 - MOMENTUM) * variance;
    }
  }
  return statistics;
}

async function expectStatistics({ buffers }: Pick<Network, 'buffers'>, expected: number[]): Promise<void> {
  await expectClose((await Promise.all(buffers!.map(read))).flat(), expected);
}

const training = { training: true };
const bound = (critic: Discriminator) => ({ logits: (x: Tensor) => critic.logits(x, training) });

/** One gradient call of the sum of the passes' outputs. */
function update(critic: Discriminator, ...passes: readonly (() => Tensor)[]): void {
  const variables = critic.variables.slice(0, 2); // scale and offset
  tf.dispose(
    tf.variableGrads(
      () => passes.reduce<Tensor>((sum, pass) => tf.add(sum, tf.sum(pass())), tf.scalar(0)) as tf.Scalar,
      [...variables],
    ),
  );
}

test('outside gradient calls each training pass updates the statistics, and no other pass does', async () => {
  const network = fromLayersModel(normalised());
  network.apply(batch(real));
  network.apply(batch(real), { training: false });
  await expectStatistics(network, [0, 0, 1, 1]);
  network.apply(batch(real), training);
  await expectStatistics(network, moved(real));
  network.apply(batch(fake), training);
  await expectStatistics(network, moved(real, fake));
});

test('within an update only the first training pass updates them; in the next update it does so again', async () => {
  const critic = createDiscriminator(fromLayersModel(normalised()));
  const [x, y] = [batch(real), batch(fake)];
  const step = (first: Tensor, second: Tensor): void => {
    const passes = [() => critic.logits(first, training), () => critic.logits(second, training)];
    update(critic, ...passes, () => gradientPenalty(bound(critic), first, second, { mix: createRandom(1) }));
  };
  step(x, y);
  await expectStatistics(critic, moved(real));
  step(x, y);
  await expectStatistics(critic, moved(real, real));
  step(y, x);
  await expectStatistics(critic, moved(real, real, fake));
});

test('a pass without training does not count as the first one, nor does a penalty', async () => {
  const critic = createDiscriminator(fromLayersModel(normalised()));
  const [x, y] = [batch(real), batch(fake)];
  update(
    critic,
    () => critic.logits(x),
    () => r1Penalty(bound(critic), x),
    () => critic.logits(y, training),
  );
  await expectStatistics(critic, moved(fake));
  update(critic, () => r1Penalty(bound(critic), x));
  update(critic, () => r1Penalty(critic, x));
  await expectStatistics(critic, moved(fake));
});

test('a pass that does not update them still normalises by its own batch', async () => {
  const network = fromLayersModel(normalised());
  const alone = await read(network.apply(batch(fake), training));
  let second: Tensor | undefined;
  tf.dispose(
    tf.variableGrads(() => {
      const first = network.apply(batch(real), training);
      second = tf.keep(network.apply(batch(fake), training));
      return tf.sum(tf.add(first, second));
    }, [...network.variables]),
  );
  await expectClose(second!, alone);
  second!.dispose();
});

test('two networks count separately', async () => {
  const [first, second] = [1, 2].map(() => createDiscriminator(fromLayersModel(normalised())));
  update(
    first!,
    () => first!.logits(batch(real), training),
    () => second!.logits(batch(fake), training),
  );
  await expectStatistics(first!, moved(real));
  await expectStatistics(second!, moved(fake));
});

test('the gradient of a penalty with batch statistics agrees with central differences', async () => {
  const critic = createDiscriminator(fromLayersModel(normalised()));
  const x = batch(real.map((value, i) => value / 8 + 0.1 * i));
  const [scale] = critic.variables;
  const penalty = (): tf.Scalar => r1Penalty(bound(critic), x);
  const gradient = await read(tf.variableGrads(penalty, [scale!]).grads[scale!.name]!);
  for (const j of [0, 1]) {
    const at = async (h: number): Promise<number> => {
      scale!.assign(tf.tensor1d([0, 1].map((i) => (i === j ? 1 + h : 1))));
      return (await read(penalty()))[0]!;
    };
    const measured = ((await at(0.05)) - (await at(-0.05))) / 0.1;
    await expectClose(gradient[j]!, measured, { relative: 2e-3, absolute: 1e-5 });
    await at(0);
  }
});

test('an error of the model is rethrown; the statistics of a pass that does not count are restored, and no tensor is left', async () => {
  const model = normalised();
  const network = fromLayersModel(model);
  const x = batch(real);
  const apply = model.apply.bind(model);
  const before = tf.memory().numTensors;
  const loss = (): tf.Scalar => {
    network.apply(x, training);
    model.apply = (...call) => {
      apply(...call);
      throw new Error('the model is tired');
    };
    return tf.sum(network.apply(x, training));
  };
  expect(() => tf.tidy(loss)).toThrow('the model is tired');
  await expectStatistics(network, moved(real, real));
  model.apply = apply;
  expect(() => tf.variableGrads(loss, [...network.variables])).toThrow('the model is tired');
  await expectStatistics(network, moved(real, real, real));
  // tfjs itself does not free what a gradient that throws has saved
  for (const { saved } of tf.engine().state.activeTape) for (const tensor of saved ?? []) tensor.dispose();
  expect(tf.memory().numTensors).toBe(before);
});
