import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  loadCheckpoint,
  mlp,
  readMetrics,
  saveCheckpoint,
  train,
  type GameStep,
  type GameTrainerOptions,
  type LossTrainerOptions,
  type Network,
  type Part,
  type StepInput,
} from '../../../src/index.js';
import { expectClose } from '../../support/close.js';
import { bitsOf, numbersOf, snapshot, variableOf, withoutLeak } from '../sample.js';

let x: Tensor;
beforeEach(() => {
  x = tf.tensor2d([0.1, 0.9, 0.4, 0.3, 0.8, 0.2], [3, 2]);
});
afterEach(() => {
  x.dispose();
  tf.disposeVariables();
});

const adam = (learningRate = 0.02) => createAdam({ learningRate });
const squared = (a: Tensor, b: Tensor): Tensor => tf.mean(tf.square(tf.sub(a, b)));
const network = (seed: number): Network => mlp({ sizes: [2, 4, 2], random: createRandom(seed) });

function autoencoder(options: Partial<LossTrainerOptions<string>> = {}, part = network(1)) {
  const trainer = createTrainer({
    name: 'autoencoder',
    parts: { part },
    optimizer: adam(),
    random: createRandom(2),
    loss: ({ x: data, options: apply }) => ({ loss: squared(part.apply(data, apply), data) }),
    ...options,
  });
  return { trainer, part };
}

/** Two parts that play, `left` through a pass on record. */
function duel(options: Partial<GameTrainerOptions<string>> = {}) {
  const [left, right] = [network(1), network(2)];
  const trainer = createTrainer({
    name: 'duel',
    parts: { left, right },
    optimizers: { left: tf.train.sgd(0.1), right: tf.train.sgd(0.1) },
    random: createRandom(3),
    play: ({ x: data, update, pass }: GameStep) => {
      const made = pass('left', () => left.apply(data));
      const { loss: rightLoss } = update('right', () => ({ loss: squared(right.apply(made.output), data) }));
      const { loss: leftLoss } = made.update(() => ({ loss: tf.neg(squared(right.apply(made.output), data)) }));
      return { leftLoss, rightLoss };
    },
    ...options,
  });
  return { trainer, left, right };
}

const sumOf = ({ variables }: Part): Tensor =>
  variables.map((variable) => tf.sum(tf.square(variable))).reduce((a, b) => tf.add(a, b));

/** Moves variables as `tf.train.sgd(0.1)` does. */
function descend(part: Part, loss: () => Tensor): void {
  const variables = [...part.variables];
  const { grads } = tf.variableGrads(() => loss() as tf.Scalar, variables);
  for (const variable of variables) variable.assign(tf.sub(variable, tf.mul(0.1, grads[variable.name]!)));
}

describe('a model with one loss', () => {
  test('gets the data, the number of steps, its stream and the options for networks', async () => {
    const seen: StepInput[] = [];
    const part = network(9);
    const loss = (input: StepInput) => {
      seen.push(input);
      return { loss: sumOf(part) };
    };
    const { trainer } = autoencoder({ loss }, part);
    const condition = tf.tensor1d([0, 1, 2], 'int32');
    for (const batch of [x, { x, condition }]) tf.dispose({ ...trainer.step(batch) });
    tf.dispose({ ...trainer.evaluate(x) });
    expect(seen.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(seen.map((input) => input.options.training)).toEqual([true, true, false]);
    expect(seen[1]!.condition).toBe(condition);
    expect(seen[1]!.options.condition).toBe(condition);
    expect(seen[0]!.x).toBe(x);
    expect(seen[0]!.random.state().path).toEqual(['autoencoder trainer']);
    expect(seen[0]!.options.random).toBe(seen[0]!.random);
    expect(trainer.steps).toBe(2);
    condition.dispose();
  });
  test('reports scalars: of one number per example, the mean', async () => {
    const { trainer, part } = autoencoder();
    const rows = autoencoder(
      {
        loss: ({ x: data }) => {
          const errors = tf.sum(tf.square(tf.sub(part.apply(data), data)), 1);
          return { loss: tf.mean(errors), errors };
        },
      },
      part,
    );
    trainer.dispose();
    const { loss, errors } = await readMetrics(rows.trainer.step(x));
    expect(errors).toBeCloseTo(loss!, 5);
  });

  test('may return its own tensor as a metric, which is not freed with the metrics', () => {
    const own = tf.scalar(3);
    const part = network(1);
    const { trainer } = autoencoder({ loss: () => ({ loss: tf.sum(part.variables[0]!), own }) }, part);
    // the loss must depend on every variable
    expect(() => trainer.step(x)).toThrow(/`loss` must depend on every variable/);
    const all = autoencoder({ loss: () => ({ loss: sumOf(part), own }) }, part);
    tf.dispose({ ...all.trainer.step(x) });
    expect(own.isDisposed).toBe(false);
    own.dispose();
  });

  test('names variables after parts, moments after the optimizer, averages after the part', () => {
    const [part, into] = [network(1), network(2)];
    const { trainer } = autoencoder({ averages: { part: { into, decay: 0.9 } } }, part);
    const { variables } = trainer.state;
    expect(Object.keys(variables)).toEqual(
      [0, 1, 2, 3]
        .map((i) => `part.${i}`)
        .concat(
          ['optimizer.0', 'optimizer.1'],
          [0, 1, 2, 3].map((i) => `averagePart.${i}`),
        ),
    );
    expect(variables['averagePart.2']).toBe(into.variables[2]);
    trainer.dispose();
    expect(part.variables[0]!.isDisposed).toBe(false);
  });

  test('evaluates a game by the same play, which then changes nothing', async () => {
    const { trainer } = duel();
    const before = await snapshot(trainer);
    const metrics = await readMetrics(trainer.evaluate(x));
    expect(await snapshot(trainer)).toEqual(before);
    const { leftLoss, rightLoss } = await readMetrics(trainer.step(x));
    expect(metrics['rightLoss'], 'from before the update').toBe(rightLoss);
    expect(metrics['leftLoss'], 'without an update of the right one').not.toBe(leftLoss);
  });
});

test('clipNorm is the length of an update by plain descent at most, over all variables of the part', async () => {
  const moved = async (clipNorm?: number): Promise<number[]> => {
    const part = { variables: [variableOf([0]), variableOf([0, 0])], dispose: () => undefined };
    const [a, b] = part.variables as [Variable, Variable];
    const { trainer } = autoencoder({
      parts: { part },
      optimizer: tf.train.sgd(1),
      clipNorm,
      loss: () => ({ loss: tf.add(tf.mul(3, tf.sum(a)), tf.sum(tf.mul(b, [0, -4]))) }),
    });
    tf.dispose({ ...trainer.step(x) });
    return numbersOf(part.variables);
  };
  expect(await moved()).toEqual([-3, 0, 4]);
  await expectClose(await moved(0.5), [-0.3, 0, 0.4]);
  expect(await moved(6)).toEqual([-3, 0, 4]);
});

describe('a game', () => {
  test('updates its parts like updates by hand: the recorded pass by the gradient through the updated other part', async () => {
    const { trainer, left, right } = duel();
    for (let i = 0; i < 3; i++) tf.dispose({ ...trainer.step(x) });
    const [byHand, other] = [network(1), network(2)];
    for (let i = 0; i < 3; i++) {
      tf.tidy(() => {
        const made = byHand.apply(x);
        descend(other, () => squared(other.apply(made), x));
        descend(byHand, () => tf.neg(squared(other.apply(byHand.apply(x)), x)));
      });
    }
    for (const [own, hand] of [
      [left, byHand],
      [right, other],
    ] as const) {
      await expectClose(await numbersOf(own.variables), await numbersOf(hand.variables), { relative: 1e-5 });
    }
  });

  test('counts steps and the updates of each part, over a checkpoint too', async () => {
    const rules = ({ x: data, step, update }: GameStep) => {
      const metrics = update('right', () => ({ loss: squared(one.right.apply(data), data) }));
      if (step % 2 === 1) update('left', () => ({ loss: squared(one.left.apply(data), data) }));
      return { leftLoss: metrics.loss, rightLoss: metrics.loss };
    };
    const one = duel({ play: rules });
    for (let i = 0; i < 5; i++) tf.dispose({ ...one.trainer.step(x) });
    expect(one.trainer.state.plain).toMatchObject({ steps: 5, updates: { left: 2, right: 5 } });
    const two = duel();
    await loadCheckpoint(two.trainer, await saveCheckpoint(one.trainer));
    expect(two.trainer.steps).toBe(5);
    expect(two.trainer.state.plain).toMatchObject({ updates: { left: 2, right: 5 } });
  });

  test('restores statistics that change in a pass in which their part is not trained', async () => {
    const statistics = variableOf([1], []);
    const counting: Network = {
      ...network(1),
      buffers: [statistics],
    };
    const apply = (data: Tensor): Tensor => {
      tf.tidy(() => statistics.assign(tf.add(statistics, 1)));
      return counting.apply(data);
    };
    const right = network(2);
    const { trainer } = duel({
      parts: { left: counting, right },
      play: ({ x: data, step, update, withoutUpdate, pass }: GameStep) => {
        const made = step === 0 ? withoutUpdate(() => apply(data)) : pass('left', () => apply(data)).output;
        const { loss } = update('right', () => ({ loss: squared(right.apply(tf.add(made, apply(data))), data) }));
        return { leftLoss: loss, rightLoss: loss };
      },
    });
    tf.dispose({ ...trainer.step(x) });
    expect(await numbersOf([statistics])).toEqual([1]);
    tf.dispose({ ...trainer.step(x) });
    expect(await numbersOf([statistics]), 'the pass is of the part’s own update').toEqual([2]);
  });

  test('moves the statistics of a part in its own update, in the pass and in the loss', async () => {
    const statistics = variableOf([1], []);
    const left = { ...network(1), buffers: [statistics] };
    const apply = (data: Tensor): Tensor => {
      tf.tidy(() => statistics.assign(tf.mul(statistics, 2)));
      return left.apply(data);
    };
    const { trainer } = duel({
      parts: { left, right: network(2) },
      play: ({ x: data, pass }: GameStep) => {
        const made = pass('left', () => apply(data));
        const { loss } = made.update(() => ({ loss: squared(made.output, apply(data)) }));
        return { leftLoss: loss, rightLoss: loss };
      },
    });
    tf.dispose({ ...trainer.step(x) });
    expect(await numbersOf([statistics])).toEqual([4]);
  });

  test('may be one of parts that have no list of statistics', async () => {
    const bare = (seed: number): Network => ({ ...network(seed), buffers: undefined });
    const [left, right] = [bare(1), bare(2)];
    const play = ({ x: data, pass, update }: GameStep) => {
      const made = pass('left', () => left.apply(data));
      const { loss } = update('right', () => ({ loss: squared(right.apply(made.output), data) }));
      return { leftLoss: made.update(() => ({ loss: tf.mean(made.output) })).loss, rightLoss: loss };
    };
    const { trainer } = duel({ parts: { left, right }, play });
    const before = await bitsOf([left.variables[0]!, right.variables[0]!]);
    tf.dispose({ ...trainer.step(x) });
    const after = await bitsOf([left.variables[0]!, right.variables[0]!]);
    after.forEach((bits, i) => expect(bits).not.toEqual(before[i]));
  });

  test('frees a pass whose gradient is not used', async () => {
    const { trainer, left, right } = duel({
      play: ({ x: data, update, pass }: GameStep) => {
        const { output } = pass('left', () => left.apply(data));
        const { loss } = update('right', () => ({ loss: squared(right.apply(output), data) }));
        return { leftLoss: loss, rightLoss: loss };
      },
    });
    await withoutLeak(() => tf.dispose({ ...trainer.step(x) }));
  });

  test.each<[string, (game: GameStep) => unknown, RegExp]>([
    [
      'update',
      ({ update }) => update('middle', () => ({ loss: tf.scalar(0) })),
      /update: `part` must be one of the trainer's optimizers: left, right; got 'middle'/,
    ],
    ['pass', ({ pass, x: data }) => pass('middle', () => data), /pass: `part` must be one of the trainer's optimizers/],
    [
      'a loss without its part',
      ({ update }) => update('left', () => ({ loss: tf.sum(x) })),
      /`loss` must depend on every variable/,
    ],
    [
      'a loss without the pass',
      ({ pass }) => pass('left', () => tf.add(x, 1)).update(() => ({ loss: tf.sum(x) })),
      /`loss` must depend on the output of the pass/,
    ],
    [
      'a pass without its part',
      ({ pass }) => {
        const made = pass('left', () => tf.add(x, 1));
        return made.update(() => ({ loss: tf.sum(made.output) }));
      },
      /`loss` must depend on every variable/,
    ],
    [
      'a loss that is no scalar',
      ({ update }) => update('left', () => ({ loss: x })),
      /step: `loss` must have shape \[\]/,
    ],
    [
      'a loss that is not there',
      ({ update }) => update('left', () => undefined as never),
      /step: `loss` must be a tensor/,
    ],
    ['a metric that is no tensor', () => 0, /step: `metrics.leftLoss` must be a tensor/],
  ])('that asks for the wrong thing (%s) gets one sentence, and nothing has changed', async (_, play, message) => {
    const { trainer } = duel({
      play: (game: GameStep) => {
        play(game);
        return { leftLoss: 3 as unknown as Tensor, rightLoss: tf.scalar(0) };
      },
    });
    const before = await snapshot(trainer);
    await withoutLeak(() => expect(() => trainer.step(x)).toThrow(message));
    expect(await snapshot(trainer)).toEqual(before);
  });
});

test('reports count the trainer’s total steps as well as those of the call', async () => {
  const { trainer } = autoencoder();
  const counts: number[][] = [];
  for (let call = 0; call < 2; call++) {
    for await (const { step, totalSteps } of train(trainer, [x, x], { epochs: 2 })) counts.push([step, totalSteps]);
  }
  expect(counts).toEqual([
    [2, 2],
    [4, 4],
    [2, 6],
    [4, 8],
  ]);
  const foreign = { ...trainer, state: trainer.state, steps: undefined };
  for await (const { totalSteps } of train(foreign, [x, x], { epochs: 1 })) expect(totalSteps).toBe(2);
});

describe('createTrainer', () => {
  const game = { play: () => ({}), loss: undefined };
  const one = adam();
  test.each<[string, () => object, RegExp]>([
    ['no name', () => ({ name: '' }), /createTrainer: `name` must be a name such as "autoencoder"/],
    ['no parts', () => ({ parts: {} }), /`parts` must be a record of at least one part/],
    [
      'a part without variables',
      () => ({ parts: { part: {} } }),
      /`parts.part.variables` must be an array of at least one variable/,
    ],
    ['no loss', () => ({ loss: undefined }), /`loss` must be a function/],
    ['no optimizer', () => ({ optimizer: undefined }), /`optimizer` must be an optimizer/],
    ['no stream', () => ({ random: Math.random }), /`random`/],
    ['a clipNorm of 0', () => ({ clipNorm: 0 }), /`clipNorm`/],
    [
      'an observer that observes nothing',
      () => ({ observers: [{}] }),
      /`observers\[0\]` must be an array of different/,
    ],
    [
      'an average of no part',
      () => ({ averages: { other: {} } }),
      /`averages.other` must have the name of a part: part; got 'other'/,
    ],
    [
      'an average of other sizes',
      () => ({ averages: { part: { into: mlp({ sizes: [1, 1], random: createRandom(1) }), decay: 0.9 } } }),
      /`averages.part.into` must be a second part of the same shape/,
    ],
    [
      'a part named as the moments',
      () => ({ parts: { optimizer: network(1) } }),
      /`parts` must have names that differ/,
    ],
    [
      'a game without optimizers',
      () => ({ ...game, optimizers: {} }),
      /`optimizers` must be a record of an optimizer for each part/,
    ],
    [
      'an optimizer of no part',
      () => ({ ...game, optimizers: { other: adam() } }),
      /`optimizers.other` must have the name of a part/,
    ],
    [
      'one optimizer twice',
      () => ({ ...game, parts: { a: network(1), b: network(2) }, optimizers: { a: one, b: one } }),
      /`optimizers.b` must be an optimizer of its own; got that of a/,
    ],
    ['a loss and a game', () => ({ ...game, loss: () => ({}) }), /`play` must not be combined with `loss`; got both/],
    ['a misspelt option', () => ({ jugde: () => [] }), /must be an object with the keys .*; got the key 'jugde'/],
  ])('refuses %s, and leaks nothing', async (_, options, message) => {
    const [part, given] = [network(1), options()];
    await withoutLeak(() => expect(() => autoencoder(given, part)).toThrow(message));
  });

  test('forks `random` by its name and draws nothing from it', async () => {
    const random = createRandom(1);
    const before = random.state();
    const { trainer, part } = autoencoder({ random });
    const bits = await bitsOf(part.variables);
    tf.dispose({ ...trainer.step(x) });
    expect(random.state()).toEqual(before);
    expect(await bitsOf(part.variables)).not.toEqual(bits);
    expect(trainer.state.plain).toMatchObject({ trainer: 'autoencoder', random: { path: ['autoencoder trainer'] } });
  });
});
