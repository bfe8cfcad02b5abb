import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  batchNorm,
  createAdam,
  createRandom,
  createTrainer,
  fit,
  mlp,
  readMetrics,
  relativisticLoss,
  train,
  valueAndGradients,
  type GameStep,
  type GameTrainerOptions,
  type LossTrainerOptions,
  type Trainer,
} from '../../../src/index.js';
import { checkTrainer } from '../../../src/testing/index.js';
import { tinyGan } from '../../gan/tiny-gan.js';
import { expectClose } from '../../support/close.js';
import { bitsOf, countingTrainer, numbersOf, snapshot, variableOf, withoutLeak } from '../sample.js';

let x: Tensor;
beforeEach(() => {
  x = tf.tensor2d([0.1, 0.9, 0.4, 0.3, 0.8, 0.2], [3, 2]);
});
afterEach(() => {
  x.dispose();
  tf.disposeVariables();
});

const squared = (a: Tensor, b: Tensor): Tensor => tf.mean(tf.square(tf.sub(a, b)));
const network = (seed: number) => mlp({ sizes: [2, 3, 2], random: createRandom(seed) });

function autoencoder(options: Partial<LossTrainerOptions<string>> = {}, part = network(1)) {
  const trainer: Trainer = createTrainer({
    name: 'autoencoder',
    parts: { part },
    optimizer: createAdam({ learningRate: 0.02 }),
    random: createRandom(2),
    loss: ({ x: data, options: apply }) => ({ loss: squared(part.apply(data, apply), data) }),
    ...options,
  });
  return { trainer, part };
}

function duel(play: (game: GameStep, parts: Record<'left' | 'right', ReturnType<typeof network>>) => unknown) {
  const parts = { left: network(1), right: network(2) };
  const rules: Pick<GameTrainerOptions<string>, 'play'> = { play: (game) => play(game, parts) as never };
  const optimizers = { left: tf.train.sgd(0.1), right: tf.train.sgd(0.1) };
  return { trainer: createTrainer({ name: 'duel', parts, optimizers, random: createRandom(3), ...rules }), ...parts };
}

const good = ({ update, x: data }: GameStep, { left }: { left: ReturnType<typeof network> }) =>
  update('left', () => ({ loss: squared(left.apply(data), data) }));

test.each<[string, Parameters<typeof duel>[0], RegExp]>([
  [
    'is async',
    async (game, parts) => (await Promise.resolve(), good(game, parts)),
    /`metrics` must be .*got an instance of Promise\. The function must not be async/,
  ],
  ['makes no update', () => ({ loss: tf.scalar(1) }), /`play` must make an update; got none/],
  [
    'makes a pass without its update',
    ({ pass, x: data }, { left }) => ({ loss: tf.mean(pass('left', () => left.apply(data)).output) }),
    /`play` must make an update/,
  ],
  [
    'has an async loss',
    ({ update }) => update('left', (async () => ({ loss: tf.scalar(1) })) as never),
    /`loss` must be a record such as { loss }; got an instance of Promise/,
  ],
  [
    'has a loss that is a tensor',
    ({ update }) => update('left', (() => tf.scalar(1)) as never),
    /`loss` must be a record such as { loss }; got a float32 tensor of shape \[\]\. Return { loss }/,
  ],
  [
    'makes an update in the loss of another',
    (game, parts) => game.update('right', () => good(game, parts)),
    /`game` must be used in its own step; got a call inside of another update/,
  ],
  [
    'moves another part in an update',
    ({ update, x: data }, { left, right }) =>
      update('left', () => {
        tf.tidy(() => right.variables[0]!.assign(tf.zerosLike(right.variables[0]!)));
        return { loss: squared(left.apply(data), data) };
      }),
    /step: `update` must change only the variables of left; got one of right, of shape \[2, 3\], that changed/,
  ],
  [
    'updates a pass twice',
    ({ pass, x: data }, { left }) => {
      const made = pass('left', () => left.apply(data));
      made.update(() => ({ loss: squared(made.output, data) }));
      return made.update(() => ({ loss: squared(made.output, data) }));
    },
    /update: `pass` must have one update; got a second one/,
  ],
  [
    'catches what an update throws',
    (game, parts) => {
      try {
        game.update('right', () => ({ loss: x }));
      } catch {
        // goes on
      }
      return good(game, parts);
    },
    /`loss` must have shape \[\]/,
  ],
])('a play that %s gets one sentence, and nothing has changed, then or later', async (_, play, message) => {
  const { trainer } = duel(play);
  const before = await snapshot(trainer);
  await withoutLeak(async () => {
    expect(() => trainer.step(x)).toThrow(message);
    for (let turn = 0; turn < 9; turn++) await Promise.resolve();
  });
  expect(await snapshot(trainer)).toEqual(before);
});

test('a game that is called after its step changes nothing', async () => {
  let kept: GameStep | undefined;
  const { trainer, left } = duel((game, parts) => good((kept = game), parts));
  tf.dispose({ ...trainer.step(x) });
  const before = await snapshot(trainer);
  for (const call of [
    () => kept!.update('left', () => ({ loss: tf.sum(left.variables[0]!) })),
    () => kept!.pass('left', () => left.apply(x)),
    () => kept!.withoutUpdate(() => left.apply(x)),
  ])
    await withoutLeak(() => expect(call).toThrow(/`game` must be used in its own step; got a call after its end/));
  expect(await snapshot(trainer)).toEqual(before);
});

test('variables of a part that the loss uses in addition to the pass get their gradients, too', async () => {
  const { trainer, left } = duel(({ pass, x: data }, parts) => {
    const made = pass('left', () => parts.left.apply(data));
    return made.update(() => ({
      loss: tf.add(squared(made.output, data), tf.sum(tf.square(parts.left.variables[0]!))),
    }));
  });
  const hand = network(1);
  tf.dispose({ ...trainer.step(x) });
  const variables = [...hand.variables];
  const loss = (): tf.Scalar => tf.add(squared(hand.apply(x), x), tf.sum(tf.square(variables[0]!)));
  tf.tidy(() => {
    const { grads } = tf.variableGrads(loss, variables);
    for (const variable of variables) variable.assign(tf.sub(variable, tf.mul(0.1, grads[variable.name]!)));
  });
  await expectClose(await numbersOf(left.variables), await numbersOf(variables), { relative: 1e-5 });
});

test('a trainer is not stepped, disposed or restored in its own step, nor stepped in a gradient call', async () => {
  const calls: ((trainer: Trainer) => unknown)[] = [(t) => t.step(x), (t) => t.dispose(), (t) => t.restore!(null)];
  for (const call of calls) {
    const made: ReturnType<typeof autoencoder> = autoencoder({
      loss: ({ x: data }) => (call(made.trainer), { loss: squared(made.part.apply(data), data) }),
    });
    const before = await snapshot(made.trainer);
    expect(() => made.trainer.step(x)).toThrow(
      /`trainer` must be called from outside; got a call inside of its own step/,
    );
    expect(await snapshot(made.trainer)).toEqual(before);
  }
  const { trainer, part } = autoencoder();
  const w: Variable = part.variables[0]!;
  expect(() => valueAndGradients(() => trainer.step(x)['loss']!, [w])).toThrow(/got a call inside of a gradient call/);
  // in a tidy it may be, and it may be disposed twice
  const [a, b] = [autoencoder(), autoencoder()];
  await withoutLeak(() => tf.tidy(() => void a.trainer.step(x)));
  tf.dispose({ ...b.trainer.step(x) });
  expect(await bitsOf(a.part.variables)).toEqual(await bitsOf(b.part.variables));
  for (let i = 0; i < 2; i++) a.trainer.dispose();
});

test('metrics have the same names in each step and in evaluate, and lists of variables stay', async () => {
  const part = network(1);
  const rules = ({ step, options }: { step: number; options: { training: boolean } }) => ({
    loss: squared(part.apply(x), x),
    ...(step === 1 || !options.training ? { more: tf.scalar(1) } : {}),
  });
  const { trainer } = autoencoder({ loss: rules }, part);
  tf.dispose({ ...trainer.step(x) });
  for (const call of ['step', 'evaluate'] as const)
    expect(() => trainer[call](x)).toThrow(`${call}: \`metrics\` must have the names loss; got loss, more.`);

  const grown = network(2);
  const list = [...grown.variables];
  const growing = autoencoder({}, { ...grown, variables: list });
  list.push(variableOf([1]));
  expect(() => growing.trainer.step(x)).toThrow(
    /`part` must have the variables that it had when the trainer was made; got 5 instead of 4/,
  );
});

test('checkTrainer refuses a trainer whose steps move nothing, and one that evaluates other metrics', async () => {
  const batches = [x, tf.mul(x, 2), tf.mul(x, 3)];
  const changed = (change: (trainer: Trainer) => Partial<Trainer>) => () => {
    const { trainer } = autoencoder();
    return { ...trainer, state: trainer.state, ...change(trainer) };
  };
  const check = (change: Parameters<typeof changed>[0]) => checkTrainer(changed(change), { batches, tolerance: 1e-5 });
  await expect(check(({ evaluate }) => ({ step: evaluate }))).rejects.toThrow(/`trainer.step` must move a parameter/);
  const evaluate = (): ReturnType<Trainer['evaluate']> => ({ other: tf.scalar(1) });
  await expect(check(() => ({ evaluate }))).rejects.toThrow(
    /`trainer.evaluate` must give the metrics of step, loss; got other/,
  );
});

test('integers are metrics too, and invalid metrics and verdicts are rejected by name', async () => {
  const { trainer } = countingTrainer();
  const step = (): never => ({ loss: tf.scalar(1), count: tf.scalar(2, 'int32') }) as never;
  expect(await readMetrics(step())).toEqual({ loss: 1, count: 2 });
  const { history } = await fit({ ...trainer, step }, [x], { steps: 1, callbacks: { onBatchEnd: () => undefined } });
  expect(history).toEqual({ loss: [1], count: [2] });
  const run = (changes: object) => fit({ ...trainer, ...changes }, [x, x], { steps: 2 });
  await expect(run({ step: async () => ({ loss: tf.scalar(1) }) })).rejects.toThrow(
    /train: `metrics` must be .*Promise/,
  );
  await expect(run({ step: () => ({ loss: tf.ones([2]) }) })).rejects.toThrow(
    /`metrics.loss` must have shape \[\]; got \[2\]/,
  );
});

test('one number per channel moves no statistics of batchNorm; one example of several positions does', async () => {
  const layer = batchNorm({ inputs: 2 });
  tf.dispose(layer.apply(tf.tensor2d([[3, -5]]), { training: true }));
  expect(await numbersOf(layer.buffers!)).toEqual([0, 0, 1, 1]);
  tf.dispose(layer.apply(tf.tensor4d([1, 0, 3, 0], [1, 2, 1, 2]), { training: true }));
  await expectClose(await numbersOf(layer.buffers!), [0.2, 0, 1.1, 0.9], { relative: 1e-5 });
});

test('the updates that a game skips are counted by its steps', async () => {
  const { trainer } = tinyGan();
  const bad = tf.fill([4, 2], NaN);
  for await (const { verdicts } of train(trainer, [bad], { steps: 1 })) {
    const [skips] = verdicts.filter(({ kind }) => kind === 'skipped updates');
    expect(skips!.message).toMatch(/^1 of 1 steps had updates that were skipped, the first in step 1/);
  }
  bad.dispose();
});

test('the relativistic loss is the mean over all pairs of batches of any sizes', async () => {
  const pair = (a: number, b: number): number => Math.log1p(Math.exp(b - a));
  const [real, fake] = [[1, 2, -1, 0.5], [0.3]];
  const mean = real.reduce((sum, a) => sum + pair(a, fake[0]!), 0) / 4;
  const [four, one] = [tf.tensor2d(real, [4, 1]), tf.tensor2d(fake, [1, 1])];
  await expectClose(relativisticLoss.discriminator(four, one), [mean], { relative: 1e-6 });
  await expectClose(relativisticLoss.generator(four, one), [mean], { relative: 1e-6 });
});
