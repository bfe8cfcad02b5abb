import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  describeCheckpoint,
  saveCheckpoint,
  batches,
  cosineDecay,
  createAdam,
  createRandom,
  createTrainer,
  fit,
  mlp,
  readMetrics,
  type Optimizer,
} from '../../src/index.js';
import { accumulateGradients } from '../../src/run/index.js';
import { createLog, watchOptimizer, type LogEntry, type WatchedOptimizer } from '../../src/logs/index.js';
import { dispatchedKernels } from '../support/count-kernels.js';
import { numbersOf, snapshot, withoutLeak } from '../training/sample.js';

/** A trainer of w . x, whose gradient is the mean of the rows of x; it is clipped to 1. */
function linear(optimizer: WatchedOptimizer | tf.Optimizer) {
  const w = tf.tidy(() => tf.variable(tf.zeros([2])));
  const trainer = createTrainer({
    name: 'linear',
    parts: { line: { variables: [w], dispose: () => w.dispose() } },
    optimizer,
    random: createRandom(1),
    clipNorm: 1,
    loss: ({ x }) => ({ loss: tf.mean(tf.sum(tf.mul(x, w), 1)) }),
  });
  const step = async (...row: number[]): Promise<void> => {
    const x = tf.tensor2d([row]);
    await readMetrics(trainer.step(x));
    x.dispose();
  };
  return { trainer, step, dispose: () => (trainer.dispose(), w.dispose()) };
}

const adam = () => createAdam({ learningRate: cosineDecay({ from: 0.1, to: 0, steps: 4 }) });

test('the norms are those before clipping, over the updates since the last read, and the rate that of the last', () =>
  withoutLeak(async () => {
    const optimizer = watchOptimizer(adam());
    const { step, dispose } = linear(optimizer);
    for (const row of [
      [3, 4],
      [0, -1],
      [8, 6],
    ])
      await step(...row);
    const seen = await optimizer.readNumbers();
    expect(seen.gradientNorm).toBeCloseTo((5 + 1 + 10) / 3, 5);
    expect(seen.largestGradientNorm).toBeCloseTo(10, 5);
    // the third update, (1 + cos(pi / 2)) / 2 of the way
    expect(seen.learningRate).toBeCloseTo(0.05, 12);
    expect(await optimizer.readNumbers()).toEqual({ ...seen, gradientNorm: NaN, largestGradientNorm: NaN });
    await step(2, 0);
    expect((await optimizer.readNumbers()).gradientNorm).toBeCloseTo(2, 5);
    dispose();
  }));

test('however many updates are not read, few tensors wait; norms that are not finite do not count', async () => {
  const optimizer = watchOptimizer(adam());
  const w = tf.tidy(() => tf.variable(tf.zeros([1])));
  optimizer.prepare([w]);
  const before = tf.memory().numTensors;
  for (let n = 1; n <= 300; n++) {
    tf.tidy(() => optimizer.apply([tf.tensor1d([n % 3 === 0 ? NaN : -n])], [w]));
    expect(tf.memory().numTensors - before).toBeLessThanOrEqual(65);
  }
  const { gradientNorm, largestGradientNorm } = await optimizer.readNumbers();
  // of 1, 2, 4, 5, ..., 299
  expect(gradientNorm).toBeCloseTo(150, 3);
  expect(largestGradientNorm).toBe(299);
  expect(tf.memory().numTensors).toBe(before);
  optimizer.apply([tf.tensor1d([1])], [w]);
  optimizer.dispose();
  w.dispose();
});

test('an optimizer of tfjs reports its rate, and an absent rate is NaN', async () => {
  const optimizer = watchOptimizer(tf.train.sgd(0.25));
  const { step, dispose } = linear(optimizer);
  await step(3, 4);
  expect(await optimizer.readNumbers()).toEqual({ learningRate: 0.25, gradientNorm: 5, largestGradientNorm: 5 });
  dispose();
});

test('training is the same, bit for bit, and so is what a checkpoint holds', async () => {
  const train = async (optimizer: ReturnType<typeof adam>) => {
    const random = createRandom(3);
    const network = mlp({ sizes: [2, 8, 2], random });
    const trainer = createTrainer({
      name: 'network',
      parts: { network },
      optimizer,
      random,
      clipNorm: 0.1,
      loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
    });
    const data = tf.tensor2d(await numbersOf([random.normal([16, 2])]), [16, 2]);
    await fit(trainer, batches(data, { batchSize: 4, random }), { epochs: 2 });
    return { held: await snapshot(trainer), run: describeCheckpoint(await saveCheckpoint(trainer)).run };
  };
  expect(await train(watchOptimizer(adam()))).toEqual(await train(adam()));
});

test('an update that is not watched runs no extra kernel', () => {
  const count = (make: () => ReturnType<typeof adam>): number => {
    const { trainer } = linear(make() as WatchedOptimizer);
    const x = tf.tensor2d([[3, 4]]);
    tf.dispose({ ...trainer.step(x) });
    return dispatchedKernels(() => tf.dispose({ ...trainer.step(x) })).length;
  };
  const [plain, watched] = [count(adam), count(() => watchOptimizer(adam()))];
  console.log(`${tf.getBackend()}: ${plain} kernels, ${watched} with the norm`);
  expect(watched - plain).toBeGreaterThan(0);
  expect(watched - plain).toBeLessThanOrEqual(5);
});

test('a log of several optimizers names their numbers', async () => {
  const entries: LogEntry[] = [];
  const optimizer = watchOptimizer(adam());
  const log = createLog({ writers: [(entry) => entries.push(entry)], optimizers: { critic: optimizer } });
  const { trainer, dispose } = linear(optimizer);
  const rows = [tf.tensor2d([[3, 4]]), tf.tensor2d([[0, 2]])];
  await fit(trainer, rows, { epochs: 1, callbacks: { onReport: log.add } });
  expect(Object.keys(entries[0]!.numbers)).toEqual([
    'loss',
    'skipped',
    'critic.learningRate',
    'critic.gradientNorm',
    'critic.largestGradientNorm',
  ]);
  expect(entries[0]!.numbers['critic.gradientNorm']).toBeCloseTo(3.5, 5);
  dispose();
  tf.dispose(rows);
});

test('the rate of an optimizer that accumulates is that of the update to come, which schedules count', async () => {
  const w = tf.tidy(() => tf.variable(tf.zeros([2])));
  const gradient = tf.tensor1d([3, 4]);
  const optimizer = watchOptimizer(accumulateGradients(adam(), { batches: 2 }));
  const rates: number[] = [];
  for (let batch = 0; batch < 3; batch++) {
    optimizer.apply([gradient], [w]);
    rates.push((await optimizer.readNumbers()).learningRate);
  }
  // 0.05 (1 + cos(pi n / 4)) at update n
  expect(rates).toEqual([0.1, 0.1, expect.closeTo(0.05 * (1 + Math.SQRT1_2), 12)]);
  optimizer.dispose();
  tf.dispose([w, gradient]);
});

test.each([
  ['one of tfjs', () => tf.train.sgd(1)],
  ['one of tfjs that accumulates', () => accumulateGradients(tf.train.sgd(1), { batches: 1 })],
])('an average at an infinite distance stays where it is, with %s', async (_, make) => {
  const [w, average] = [3e38, -3e38].map((value) => tf.tidy(() => tf.variable(tf.tensor1d([value])))) as [
    tf.Variable,
    tf.Variable,
  ];
  const part = (variable: tf.Variable) => ({ variables: [variable], dispose: () => undefined });
  const trainer = createTrainer({
    name: 'far',
    parts: { part: part(w) },
    averages: { part: { into: part(average), decay: 0.9 } },
    optimizer: watchOptimizer(make()),
    random: createRandom(1),
    loss: ({ x }) => ({ loss: tf.sum(tf.mul(x, w)) }),
  });
  const x = tf.tensor2d([[1]]);
  tf.dispose({ ...trainer.step(x) });
  expect((await numbersOf([average]))[0]! / -3e38).toBeCloseTo(1, 6);
  trainer.dispose();
  tf.dispose([w, average, x]);
});

test('an optimizer around another hands on all that it does not change', () => {
  const skipped = tf.tidy(() => tf.variable(tf.scalar(0), false));
  const mine: Optimizer = {
    ...createAdam({ learningRate: 0.1 }),
    observe: () => undefined,
    skipped,
    mayGrowLarge: true,
  };
  const watched = watchOptimizer(mine);
  const changed = ['observe', 'apply', 'dispose'];
  for (const member of Object.keys(mine) as (keyof Optimizer)[]) {
    if (typeof mine[member] !== 'function') expect(watched[member], member).toBe(mine[member]);
    else if (!changed.includes(member)) expect(watched[member], member).toBeTypeOf('function');
  }
  skipped.dispose();
});
