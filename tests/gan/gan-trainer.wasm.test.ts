import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  constant,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  createRandom,
  embedding,
  fit,
  gradientPenalty,
  linearRamp,
  mlp,
  nonSaturatingLoss,
  r1Penalty,
  readMetrics,
  relativisticLoss,
  type AdversarialLoss,
  type GanTrainerOptions,
  type Network,
} from '../../src/index.js';
import { expectClose } from '../support/close.js';
import { bitsOf, numbersOf, snapshot, withoutLeak } from '../training/sample.js';
import { adam, pairBatches, tinyGan } from './tiny-gan.js';

/** How often a GAN's trainer has updated the generator. */
const updatesOf = ({ state }: ReturnType<typeof tinyGan>['trainer']) =>
  (state.plain as { readonly updates: { readonly generator: number } }).updates.generator;

let x: Tensor;
let poison: Tensor;

beforeEach(() => {
  x = tf.tensor2d([0.1, 0.9, 0.4, 0.3, 0.8, 0.2, 0.6, 0.7], [4, 2]);
  poison = tf.tensor2d([0.1, NaN, 0.4, 0.3, 0.8, 0.2, 0.6, 0.7], [4, 2]);
});
afterEach(() => {
  tf.dispose([x, poison]);
  tf.disposeVariables();
});

const partBits = ({
  variables,
  buffers = [],
}: {
  variables: readonly tf.Variable[];
  buffers?: readonly tf.Variable[] | undefined;
}) => bitsOf([...variables, ...buffers]);

describe('a step', () => {
  test('reports losses, logits and the penalty, as scalars on the device, the same names at each step', async () => {
    const { trainer } = tinyGan({ discriminatorSteps: 3 });
    for (let i = 0; i < 4; i++) {
      const metrics = trainer.step(x);
      expect(Object.keys(metrics).sort()).toEqual([
        'discriminatorLoss',
        'fakeLogit',
        'generatorLoss',
        'penalty',
        'realLogit',
      ]);
      expect(Object.values(metrics).every(({ shape }) => shape.length === 0)).toBe(true);
      const numbers = await readMetrics(metrics);
      expect(Object.values(numbers).every(Number.isFinite)).toBe(true);
      expect(numbers.generatorLoss).toBeGreaterThan(0.1);
    }
  });

  test('of the discriminator alone changes no bit of the generator', async () => {
    const { trainer, generator, discriminator } = tinyGan({ discriminatorSteps: 3 });
    const [before, other] = [await partBits(generator), await partBits(discriminator)];
    for (let i = 0; i < 2; i++) tf.dispose({ ...trainer.step(x) });
    expect(await partBits(generator)).toEqual(before);
    const after = await partBits(discriminator);
    other.forEach((bits, i) => expect(after[i]).not.toEqual(bits));
    tf.dispose({ ...trainer.step(x) });
    (await partBits(generator)).forEach((bits, i) => expect(bits).not.toEqual(before[i]));
  });

  describe('for one player', () => {
    const all = async ({ trainer, generator, discriminator }: ReturnType<typeof tinyGan>) => ({
      ...((await snapshot(trainer)) as object),
      bits: [await partBits(generator), await partBits(discriminator)],
    });

    test('the discriminator, is bit for bit a step that does not update the generator', async () => {
      const [asked, due] = [tinyGan(), tinyGan({ discriminatorSteps: 100 })];
      for (let i = 0; i < 3; i++) {
        const metrics = [asked.trainer.step(x, { players: ['discriminator'] }), due.trainer.step(x)];
        const [a, b] = await Promise.all(metrics.map(readMetrics));
        expect(a).toEqual(b);
      }
      expect(await all(asked)).toEqual(await all(due));
      expect(asked.trainer.state.plain).toMatchObject({ steps: 3, updates: { discriminator: 3, generator: 0 } });
    });

    test('the generator, even in a step of the discriminator, leaves the discriminator, its statistics and moments', async () => {
      const gan = tinyGan({ discriminatorSteps: 100 });
      tf.dispose({ ...gan.trainer.step(x) });
      const moments = () => {
        const { variables } = gan.trainer.state;
        return bitsOf(Object.keys(variables).flatMap((name) => (/^disc/.test(name) ? variables[name]! : [])));
      };
      const [own, others, inMoments] = [
        await partBits(gan.generator),
        await partBits(gan.discriminator),
        await moments(),
      ];
      const metrics = await readMetrics(gan.trainer.step(x, { players: ['generator'] }));
      expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
      expect(await partBits(gan.discriminator)).toEqual(others);
      expect(await moments()).toEqual(inMoments);
      (await partBits(gan.generator)).forEach((bits, i) => expect(bits).not.toEqual(own[i]));
      expect(gan.trainer.state.plain).toMatchObject({ steps: 2, updates: { discriminator: 1, generator: 1 } });
    });

    test('the generator, changes it like a step of both against a fixed discriminator, bit for bit', async () => {
      const still: () => tf.Optimizer = () => tf.train.sgd(1e-30);
      const plain = () => createDiscriminator(mlp({ sizes: [2, 6, 1], random: createRandom(4) }));
      const make = () =>
        tinyGan({ discriminator: plain(), optimizers: { generator: adam(0.02), discriminator: still() } });
      const [alone, both] = [make(), make()];
      tf.dispose([{ ...alone.trainer.step(x, { players: ['generator'] }) }, { ...both.trainer.step(x) }]);
      expect(await partBits(alone.generator)).toEqual(await partBits(both.generator));
    });

    test('both, in any order, is a step that updates both', async () => {
      const [asked, due] = [tinyGan({ discriminatorSteps: 100 }), tinyGan()];
      tf.dispose([
        { ...asked.trainer.step(x, { players: ['generator', 'discriminator'] }) },
        { ...due.trainer.step(x) },
      ]);
      expect(await all(asked)).toEqual(await all(due));
    });

    test.each<[unknown, string]>([
      [[], "`players` must be an array of the trainer's players, among generator, discriminator; got []."],
      [['critic'], "got ['critic']."],
      ['generator', "got 'generator'."],
    ])('refuses %j, and changes nothing', async (players, says) => {
      const gan = tinyGan();
      const before = await all(gan);
      await withoutLeak(() => expect(() => gan.trainer.step(x, { players } as never)).toThrow(says));
      expect(() => gan.trainer.step(x, { player: ['generator'] } as never)).toThrow(
        "step: `options` must be an object with the keys players, look; got the key 'player'.",
      );
      expect(await all(gan)).toEqual(before);
    });
  });

  test('takes `discriminatorSteps` from a schedule of its steps, rounded', async () => {
    const { trainer } = tinyGan({ discriminatorSteps: linearRamp({ from: 3.4, to: 0.6, steps: 6 }) });
    const due: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = updatesOf(trainer);
      tf.dispose({ ...trainer.step(x) });
      if (updatesOf(trainer) > before) due.push(i);
    }
    // 3, 3, 2, 2, 2, 1, 1, 1 updates of the discriminator per update of the generator
    expect(due).toEqual([3, 5, 6, 7]);
  });

  test('with a constant schedule is bit for bit the one with the number', async () => {
    const [scheduled, plain] = [tinyGan({ discriminatorSteps: constant(2) }), tinyGan({ discriminatorSteps: 2 })];
    for (const { trainer } of [scheduled, plain]) for (let i = 0; i < 3; i++) tf.dispose({ ...trainer.step(x) });
    expect(await snapshot(scheduled.trainer)).toEqual(await snapshot(plain.trainer));
  });

  test.each([() => 0, () => NaN, () => Infinity])(
    'refuses a schedule that gives %s, and changes nothing',
    async (steps) => {
      const { trainer } = tinyGan({ discriminatorSteps: steps });
      const before = await snapshot(trainer);
      await withoutLeak(() =>
        expect(() => trainer.step(x)).toThrow('step: `discriminatorSteps` must be a positive integer'),
      );
      expect(await snapshot(trainer)).toEqual(before);
    },
  );

  test('changes the discriminator only by its own update: with a fixed generator it is the same, bit for bit', async () => {
    const still: () => tf.Optimizer = () => tf.train.sgd(1e-30);
    const [alone, both] = [
      tinyGan({ discriminatorSteps: 100 }),
      tinyGan({ optimizers: { generator: still(), discriminator: adam(0.02) } }),
    ];
    for (const { trainer } of [alone, both]) tf.dispose({ ...trainer.step(x) });
    expect(await partBits(both.discriminator)).toEqual(await partBits(alone.discriminator));
  });

  test('updates the statistics of each part once per update', async () => {
    const counts = { generator: 0, discriminator: 0 };
    const counting = (network: Network, name: keyof typeof counts): Network => {
      const count = tf.tidy(() => tf.variable(tf.scalar(0), false));
      return {
        ...network,
        buffers: [count],
        apply: (input, options) => {
          if (options?.training) counts[name]++;
          if (options?.training) tf.tidy(() => count.assign(tf.add(count, 1)));
          return network.apply(input, options);
        },
      };
    };
    const random = createRandom(3);
    const generator = createGenerator(counting(mlp({ sizes: [3, 2], random }), 'generator'), { latentSize: 3 });
    const discriminator = createDiscriminator(counting(mlp({ sizes: [2, 1], random }), 'discriminator'));
    const { trainer } = tinyGan({ generator, discriminator, discriminatorSteps: 2, penalty: undefined });
    for (let i = 0; i < 4; i++) tf.dispose({ ...trainer.step(x) });
    // this network counts each pass, which is its own affair; what it counts in the other part's updates is taken back
    expect(await numbersOf([...generator.buffers!, ...discriminator.buffers!])).toEqual([2, 8]);
    expect(counts, 'one pass of the generator a step; two of the discriminator, one more for the generator').toEqual({
      generator: 4,
      discriminator: 10,
    });
  });

  test('passes the condition of the batch to both parts and to the penalty', async () => {
    const seen: Record<string, unknown[]> = { generator: [], discriminator: [] };
    const random = createRandom(1);
    const labelled = (name: string, outputs: number, inputs: number): Network => {
      const labels = embedding({ classes: 3, size: 2, random: random.fork(name) });
      const body = mlp({ sizes: [inputs + 2, outputs], random: random.fork(`${name} body`) });
      return {
        apply: (input, options) => {
          seen[name]!.push(options?.condition);
          return tf.tidy(() => body.apply(tf.concat([input, labels.apply(options!.condition!)], 1)));
        },
        variables: [...body.variables, ...labels.variables],
        dispose: () => undefined,
      };
    };
    const generator = createGenerator(labelled('generator', 2, 3), { latentSize: 3 });
    const discriminator = createDiscriminator(labelled('discriminator', 1, 2));
    // at other examples than the loss's: of those it takes the loss's own pass
    const penalty: GanTrainerOptions['penalty'] = (critic, real) => r1Penalty(critic, tf.add(real, 1));
    const { trainer } = tinyGan({ generator, discriminator, penalty });
    const condition = tf.tensor1d([0, 2, 1, 2], 'int32');
    const before = await bitsOf([generator.variables.at(-1)!, discriminator.variables.at(-1)!]);
    tf.dispose([{ ...trainer.step({ x, condition }) }, { ...trainer.evaluate({ x, condition }) }]);
    expect(seen['generator']).toEqual([condition, condition]);
    expect(seen['discriminator']).toHaveLength(4 + 3);
    expect(seen['discriminator']!.every((given) => given === condition)).toBe(true);
    const after = await bitsOf([generator.variables.at(-1)!, discriminator.variables.at(-1)!]);
    after.forEach((bits, i) => expect(bits).not.toEqual(before[i]));
    condition.dispose();
  });

  test('passes augmented examples to the discriminator and the penalty, and differentiates the generator through the augmentation', async () => {
    const shown: Tensor[] = [];
    const { trainer, generator } = tinyGan({
      augment: (images) => tf.mul(images, 0),
      penalty: (_, real, fake) => {
        shown.push(tf.keep(tf.clone(real)), tf.keep(tf.clone(fake)));
        return tf.scalar(0);
      },
    });
    const before = await bitsOf(generator.variables);
    const metrics = await readMetrics(trainer.step(x));
    const seen = await numbersOf(shown);
    expect(seen).toHaveLength(2 * x.size);
    expect(seen.every((value) => value === 0)).toBe(true);
    expect(metrics.realLogit).toBeCloseTo(metrics.fakeLogit, 1);
    expect(await bitsOf(generator.variables), 'no gradient comes through a factor of 0').toEqual(before);
    tf.dispose(shown);
  });

  test('gives the new logits of real examples to a loss whose generator takes two', async () => {
    const given: (Tensor | undefined)[] = [];
    const spying = (generator: AdversarialLoss['generator']): AdversarialLoss => ({ ...relativisticLoss, generator });
    const two = tinyGan({
      loss: spying((fake, real) => {
        given.push(real);
        return relativisticLoss.generator(fake, real);
      }),
    });
    tf.dispose({ ...two.trainer.step(x) });
    expect(given.length).toBeGreaterThan(0);
    expect(given.every((real) => real?.shape.join() === '4,1')).toBe(true);
  });

  test('follows the generator with the average, after its updates only', async () => {
    const { trainer, generator, averaged } = tinyGan({ averaged: true, discriminatorSteps: 2 });
    const before = await partBits(averaged!);
    tf.dispose({ ...trainer.step(x) });
    expect(await partBits(averaged!)).toEqual(before);
    tf.dispose({ ...trainer.step(x) });
    // the first decay is (1 + 0) / (10 + 0) = 0.1: 0.9 of the generator
    const floats = new Float32Array(Uint32Array.from(before.flat()).buffer);
    const now = await numbersOf([...generator.variables, ...generator.buffers!]);
    const expected = now.map((value, i) => 0.1 * floats[i]! + 0.9 * value);
    await expectClose(await numbersOf([...averaged!.variables, ...averaged!.buffers!]), expected);
  });

  test('with NaN in the batch changes no variable, moment or buffer of the discriminator, is counted, and the run continues', async () => {
    const { trainer, discriminator, generator } = tinyGan();
    tf.dispose({ ...trainer.step(x) });
    const before = await partBits(discriminator);
    const bad = await readMetrics(trainer.step(poison));
    expect(Number.isFinite(bad.discriminatorLoss), 'NaN, or on WebGL infinite').toBe(false);
    expect(await partBits(discriminator)).toEqual(before);
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([0, 1]);
    tf.dispose({ ...trainer.step(x) });
    expect(await numbersOf(Object.values(trainer.skipped!))).toEqual([0, 1]);
    const all = await numbersOf([...Object.values(trainer.state.variables), ...generator.variables]);
    expect(all.every(Number.isFinite)).toBe(true);
  });

  test.each<[string, () => unknown, RegExp]>([
    ['integers', () => tf.zeros([4, 2], 'int32'), /step: `batch` must be float32; got int32/],
    ['a vector', () => tf.zeros([2]), /step: `batch` must have shape/],
    ['another width', () => tf.zeros([4, 3]), /step: `generator output` must have shape \[4, 3\]; got \[4, 2\]/],
  ])('with %s throws before anything changed, and leaks nothing', async (_, make, message) => {
    const { trainer } = tinyGan({ averaged: true });
    tf.dispose({ ...trainer.step(x) });
    const before = await snapshot(trainer);
    const batch = make() as Tensor;
    await withoutLeak(() => expect(() => trainer.step(batch)).toThrow(message));
    expect(await snapshot(trainer)).toEqual(before);
    batch.dispose();
  });

  test.each<[string, Partial<GanTrainerOptions>]>([
    ['the penalty', { penalty: () => raise() }],
    ['the augmentation', { augment: () => raise() }],
    [
      'the loss of the generator, after the update of the discriminator,',
      { loss: { ...nonSaturatingLoss, generator: raiseInGradients() } },
    ],
  ])('in which %s throws changes nothing, and leaks nothing', async (_, options) => {
    const { trainer } = tinyGan(options);
    const before = await snapshot(trainer);
    await withoutLeak(() => expect(() => trainer.step(x)).toThrow('half way'));
    expect(await snapshot(trainer)).toEqual(before);
  });

  test('with tfjs optimizers throws without a change as well', async () => {
    const optimizers = { generator: tf.train.adam(0.01), discriminator: tf.train.adam(0.01) };
    const { trainer } = tinyGan({ optimizers, loss: { ...nonSaturatingLoss, generator: raiseInGradients() } });
    const before = await snapshot(trainer);
    await withoutLeak(() => expect(() => trainer.step(x)).toThrow('half way'));
    expect(await snapshot(trainer)).toEqual(before);
  });
});

function raise(): never {
  throw new Error('half way');
}

/** Throws in the generator's own update, where its gradient is recorded; not where its value is only reported. */
function raiseInGradients(): AdversarialLoss['generator'] {
  return (fake) => (tf.engine().state.gradientDepth > 0 ? raise() : nonSaturatingLoss.generator(fake));
}

describe('evaluate', () => {
  test('gives the same numbers at every call, changes no state, and does not affect the noise of the steps', async () => {
    const [quiet, asked] = [tinyGan(), tinyGan()];
    for (let i = 0; i < 3; i++) {
      tf.dispose({ ...quiet.trainer.step(x) });
      const first = await readMetrics(asked.trainer.evaluate(x));
      expect(await readMetrics(asked.trainer.evaluate(x))).toEqual(first);
      tf.dispose({ ...asked.trainer.step(x) });
    }
    expect(await snapshot(asked.trainer)).toEqual(await snapshot(quiet.trainer));
  });
});

describe('the state', () => {
  test('holds live handles of both parts, both optimizers, and the average', () => {
    const { trainer, generator, discriminator, averaged } = tinyGan({ averaged: true });
    const { variables, plain } = trainer.state;
    expect(variables['generator.0']).toBe(generator.variables[0]);
    expect(variables['discriminator.1']).toBe(discriminator.variables[1]);
    expect(variables['averageGenerator.0']).toBe(averaged!.variables[0]);
    for (const name of ['generatorOptimizer.0', 'discriminatorOptimizer.0']) {
      expect(variables).toHaveProperty([name]);
    }
    expect(JSON.parse(JSON.stringify(plain))).toEqual(plain);
  });
});

describe('createGanTrainer', () => {
  const one = adam();
  test.each<[object, RegExp]>([
    [{ generator: undefined }, /`generator.generate` must be a function/],
    [{ discriminator: {} }, /`discriminator.logits` must be a function/],
    [
      { loss: { discriminator: () => 0 } },
      /`loss` must be a record with discriminator, generator; got \{ discriminator \}/,
    ],
    [{ optimizers: undefined }, /`optimizers` must be an object with the keys generator, discriminator/],
    [{ optimizers: {} }, /`optimizers.generator/],
    [
      { optimizers: { generator: one, discriminator: one } },
      /`optimizers.discriminator` must be an optimizer of its own; got that of generator/,
    ],
    [{ random: Math.random }, /`random`/],
    [{ discriminatorSteps: 0 }, /`discriminatorSteps`/],
    [{ penalty: 10 }, /`penalty` must be a function/],
    [{ augment: [] }, /`augment` must be a function/],
    [{ average: { into: {}, decay: 0.9 } }, /`average.into.generate` must be a function/],
    [{ clipNorm: 0 }, /`clipNorm`/],
  ])('refuses %o, and leaks nothing', async (options, message) => {
    const { generator, discriminator } = tinyGan();
    const optimizers = { generator: adam(), discriminator: adam() };
    const random = createRandom(1);
    const given = { generator, discriminator, loss: nonSaturatingLoss, optimizers, random, ...options };
    await withoutLeak(() => expect(() => createGanTrainer(given as GanTrainerOptions)).toThrow(message));
  });

  test('forks `random` under its own name and draws nothing from it', () => {
    const random = createRandom(1);
    const before = random.state();
    const { trainer } = tinyGan({ random });
    tf.dispose([{ ...trainer.step(x) }, { ...trainer.evaluate(x) }]);
    expect(random.state()).toEqual(before);
    expect(trainer.state.plain).toMatchObject({ random: { path: ['gan trainer'] } });
  });
});

test('memory is as it was after 10 steps with everything switched on', async () => {
  await withoutLeak(async () => {
    const gan = tinyGan({
      averaged: true,
      clipNorm: 1,
      discriminatorSteps: 2,
      loss: relativisticLoss,
      augment: (images, random) => tf.add(images, random.normal(images.shape)),
      penalty: (critic, real, fake, random) => gradientPenalty(critic, real, fake, { mix: random }),
    });
    await withoutLeak(() => fit(gan.trainer, gan.data, { steps: 10, validation: pairBatches(2) }));
    gan.dispose();
  });
});
