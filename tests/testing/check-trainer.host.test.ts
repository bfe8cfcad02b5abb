import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  batchNorm,
  createAdam,
  createRandom,
  createTrainer,
  dense,
  linearRamp,
  mlp,
  sequential,
  type Batch,
  type LossTrainerOptions,
  type Optimizer,
  type StepInput,
  type Trainer,
} from '../../src/index.js';
import { accumulateGradients } from '../../src/run/index.js';
import { checkTrainer } from '../../src/testing/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const batches = (): Batch[] => [1, 2, 3].map((seed) => createRandom(seed).uniform([4, 2]));

/** Gradient descent that counts no update as left out, and leaves none out. */
function unguarded(): Optimizer {
  const skipped = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return {
    prepare: () => undefined,
    apply: (gradients, variables) =>
      tf.tidy(() => variables.forEach((variable, i) => variable.assign(tf.sub(variable, gradients[i]!)))),
    state: () => ({ tensors: [skipped], plain: null }),
    restore: () => undefined,
    dispose: () => skipped.dispose(),
    skipped,
  };
}

/** An autoencoder, with one thing done wrong. */
function trainer(
  wrong: Partial<{ loss: (input: StepInput, errors: Tensor) => Tensor }> = {},
  optimizer: Optimizer = createAdam({ learningRate: 0.01 }),
): Trainer {
  const network = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
  return createTrainer({
    name: 'autoencoder',
    parts: { network },
    optimizer,
    random: createRandom(2),
    loss: (input) => {
      const errors = tf.mean(tf.square(tf.sub(network.apply(input.x, input.options), input.x)));
      return { loss: wrong.loss?.(input, errors) ?? errors };
    },
  });
}

/** A trainer with some members replaced. */
function changed(change: (trainer: Trainer) => Partial<Trainer>): () => Trainer {
  return () => {
    const right = trainer();
    return { ...right, state: right.state, ...change(right) };
  };
}

describe('a trainer that', () => {
  test('keeps the laws passes', async () => {
    await expect(checkTrainer(() => trainer(), { batches: batches(), tolerance: 1e-5 })).resolves.toBeUndefined();
  });

  test.each<[string, () => () => Trainer, RegExp]>([
    [
      'moves a variable of others',
      () => {
        const other = tf.tidy(() => tf.variable(tf.scalar(0), false, 'other'));
        const loss = (_: StepInput, errors: Tensor): Tensor => {
          tf.tidy(() => other.assign(tf.add(other, 1)));
          return errors;
        };
        return () => trainer({ loss });
      },
      /`trainer.step` must move no variable but those of its state; got other, whose number 0/,
    ],
    [
      'leaves a tensor behind at each step',
      () => changed(({ step }) => ({ step: (batch) => (tf.keep(tf.scalar(1)), step(batch)) })),
      /`trainer.step` must leave no tensor behind; got 1 more/,
    ],
    [
      'gives a vector as a metric',
      () =>
        changed(({ step }) => ({
          step: (batch) => ({ ...step(batch), more: tf.ones<tf.Rank.R0>([2] as never) }),
        })),
      /`trainer.step\(...\).more` must be a scalar; got \[2\]/,
    ],
    [
      'trains in evaluate',
      () => changed(({ step }) => ({ evaluate: (batch) => step(batch) })),
      /`trainer.evaluate` must change nothing; got network\.\d, whose number \d/,
    ],
    [
      'draws the noise of evaluate from a stream of its own',
      () => {
        const noise = createRandom(5);
        return () => trainer({ loss: (_, errors) => tf.mul(errors, noise.uniform([])) });
      },
      /`trainer.evaluate\(...\).loss` must be the same at every call/,
    ],
    [
      'keeps a count of its own, which no checkpoint holds',
      () => () => {
        let calls = 0;
        return trainer({ loss: ({ options }, errors) => tf.mul(errors, options.training ? ++calls : 1) });
      },
      /`trainer.step` must do in 9 steps what it does in 1, a checkpoint and 8 more; got network\.\d/,
    ],
    [
      'catches what a kernel throws',
      () =>
        changed(({ step }) => ({
          step: (batch) => {
            try {
              return step(batch);
            } catch {
              return { loss: tf.scalar(0) };
            }
          },
        })),
      /`trainer.step` must throw what a kernel throws; got no error at kernel call 0 of/,
    ],
    [
      'changes something before it throws',
      () =>
        changed(({ step, state }) => ({
          step: (batch) => {
            try {
              return step(batch);
            } catch (error) {
              tf.tidy(() => state.variables['network.1']!.assign(tf.ones([3])));
              throw error;
            }
          },
        })),
      /`trainer.step` must change nothing when it throws, here at kernel call 0 .*; got network.1, whose number 0 is 1/,
    ],
    [
      'has an optimizer that says it guards itself, and does not',
      () => () => trainer({}, unguarded()),
      /must leave out an update that would bring in a number that is not finite; got one in network.0/,
    ],
    [
      'does not count what it leaves out',
      () => changed(() => ({ skipped: {} })),
      /`trainer.skipped` must count an update that is left out; got 0/,
    ],
  ])('%s does not', async (_, make, message) => {
    await expect(checkTrainer(make(), { batches: batches(), tolerance: 1e-5 })).rejects.toThrow(message);
  });
});

test.each<[unknown, unknown, RegExp]>([
  [undefined, { batches: [] }, /checkTrainer: `make` must be a function/],
  [() => undefined, { batches: [] }, /checkTrainer: `batches` must be an array of at least three batches/],
  [() => undefined, { batches: batches(), tolerance: -1 }, /checkTrainer: `tolerance`/],
])('arguments that do not fit are refused', async (make, options, message) => {
  await expect(checkTrainer(make as never, options as never)).rejects.toThrow(message);
});

type Options = LossTrainerOptions<'loss'>;

/** An autoencoder with statistics and an average. */
function withAverage(change: (made: Options) => Partial<Options>): () => Trainer {
  return () => {
    const body = () => [
      dense({ inputs: 2, units: 3, random: createRandom(1) }),
      batchNorm({ inputs: 3 }),
      dense({ inputs: 3, units: 2, random: createRandom(2) }),
    ];
    const [network, into] = [sequential(body()), sequential(body())];
    tf.tidy(() => into.variables[0]!.assign(tf.ones([2, 3])));
    const right: Options = {
      name: 'autoencoder',
      parts: { network },
      averages: { network: { into, decay: 0.9 } },
      optimizer: createAdam({ learningRate: 0.01 }),
      random: createRandom(3),
      loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
    };
    return createTrainer({ ...right, ...change(right) });
  };
}

const zero =
  (factor: number) =>
  ({ loss }: Options): Partial<Options> => ({ loss: (input) => ({ loss: tf.mul(factor, loss(input).loss) }) });

describe('of trainers with statistics and an average, with 3, 4, 8 or 9 batches', () => {
  const some = (count: number) => Array.from({ length: count }, (_, i) => createRandom(i).uniform([4, 2]));
  const check = (make: () => Trainer, count: number) =>
    checkTrainer(make, { batches: some(count), tolerance: 1e-5, failures: 2 });

  test.each<[string, (made: Options) => Partial<Options>]>([
    ['nothing special', () => ({})],
    [
      'a rate that begins at 0',
      () => ({ optimizer: createAdam({ learningRate: linearRamp({ from: 0, to: 0.1, steps: 20 }) }) }),
    ],
    [
      'sums of the gradients of 20 batches',
      () => ({
        optimizer: accumulateGradients(createAdam({ learningRate: 0.1 }), { batches: 20 }),
      }),
    ],
    ['an optimizer of tfjs', () => ({ optimizer: tf.train.momentum(0.01, 0.9) })],
    ['an optimizer of tfjs that cannot be resumed', () => ({ optimizer: tf.train.adam(0.01) })],
    [
      'a part whose variables are not trainable for tfjs',
      ({ parts }) => {
        for (const variable of parts['network']!.variables) variable.trainable = false;
        return {};
      },
    ],
  ])('one with %s passes', async (_, change) => {
    for (const count of [3, 9]) await expect(check(withAverage(change), count)).resolves.toBeUndefined();
  });

  test.each<[string, (made: Options) => Partial<Options>]>([
    ['Adam', () => ({})],
    ['Adam of tfjs', () => ({ optimizer: tf.train.adam(0.01) })],
    ['momentum of tfjs', () => ({ optimizer: tf.train.momentum(0.01, 0.9) })],
    [
      'sums of gradients',
      () => ({ optimizer: accumulateGradients(createAdam({ learningRate: 0.1 }), { batches: 2 }) }),
    ],
  ])('one whose loss moves nothing, with %s, does not', async (_, change) => {
    for (const count of [3, 9]) {
      const make = withAverage((made) => ({ ...zero(0)(made), ...change(made) }));
      await expect(check(make, count)).rejects.toThrow(
        /`trainer.step` must move a parameter in its state; got none that moved/,
      );
    }
  });

  test.each<[string, () => (made: Options) => Options['loss']]>([
    [
      'how often it was called',
      () => {
        let calls = 0;
        return ({ loss }) =>
          (input) => ({ loss: tf.mul(1 / (1 + calls++), loss(input).loss) });
      },
    ],
    [
      'the step of its last call, if that was long ago',
      () => {
        let first: number | undefined;
        return ({ loss }) =>
          (input) => {
            first ??= input.step;
            return { loss: tf.mul(input.step - first > 6 ? 2 : 1, loss(input).loss) };
          };
      },
    ],
  ])('one whose loss remembers %s does not', async (_, remember) => {
    for (const count of [3, 4, 8, 9]) {
      const make = withAverage((made) => ({ loss: remember()(made), optimizer: tf.train.sgd(0.1) }));
      await expect(check(make, count)).rejects.toThrow(
        / steps what it does in 1, a checkpoint |must change nothing|same at every call/,
      );
    }
  });
});
