import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, test } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  mlp,
  type Batch,
  type Optimizer,
  type StepInput,
  type Trainer,
} from '../../src/index.js';
import { checkTrainer } from '../../src/testing/index.js';

afterEach(() => {
  tf.disposeVariables();
});

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
      /`trainer.step` must do in 3 steps what it does in 1, a checkpoint and 2 more; got network\.\d/,
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
      () => changed(() => ({ skipped: [] })),
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
