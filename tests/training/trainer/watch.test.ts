import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  bernoulli,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  createTrainer,
  createVaeTrainer,
  denoisingMlp,
  diffusionModel,
  ganModel,
  loadCheckpoint,
  mlp,
  nonSaturatingLoss,
  predictVelocity,
  saveCheckpoint,
  vaeModel,
  type JudgeInput,
  type LossTrainerOptions,
  type WatchInput,
} from '../../../src/index.js';
import { decayOfMean, follow } from '../../../src/training/trainer/watch.js';
import { bitsOf, numbersOf, variableOf, withoutLeak } from '../sample.js';

let x: Tensor;
beforeEach(() => {
  x = tf.tensor2d([0.1, 0.9, 0.4, 0.3, 0.8, 0.2], [3, 2]);
});
afterEach(() => {
  x.dispose();
  tf.disposeVariables();
});

interface Seen {
  readonly errors: Tensor;
}

/** A network whose watch counts its looks in `total`, which is saved, and keeps the mean of the errors. */
function watched(options: Partial<LossTrainerOptions<'loss', string, Seen>> = {}) {
  const part = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
  const places: Pick<WatchInput, 'totalCalls' | 'calls'>[] = [];
  const judged: JudgeInput[] = [];
  let shown = 0;
  const trainer = createTrainer<'loss', string, Seen>({
    name: 'watched',
    parts: { part },
    optimizer: createAdam({ learningRate: 0.01 }),
    random: createRandom(2),
    evidence: { total: variableOf([0]) },
    passingEvidence: { error: variableOf([0]) },
    loss: ({ x: data, options: apply, look }) => {
      const errors = tf.square(tf.sub(part.apply(data, apply), data));
      look(() => {
        shown++;
        return { errors };
      });
      return { loss: tf.mean(errors) };
    },
    watch: ({ errors }, { evidence: { total, error }, totalCalls, calls }) => {
      places.push({ totalCalls, calls });
      const now = tf.reshape(tf.mean(errors), [1]);
      return { total: tf.add(total!, 1), error: follow(error!, now, decayOfMean(0.95, calls)) };
    },
    judge: (_, seen) => {
      judged.push(seen);
      return [];
    },
    ...options,
  });
  const steps = (count: number): void => {
    for (let step = 0; step < count; step++) tf.dispose({ ...trainer.step(x) });
  };
  return { trainer, part, places, judged, steps, shown: () => shown };
}

describe('a watch', () => {
  test('looks at every eighth step, and at no evaluation', async () => {
    const { trainer, places, judged, steps, shown } = watched();
    await withoutLeak(() => steps(17));
    tf.dispose({ ...trainer.evaluate(x) });
    expect(places).toEqual([0, 1, 2].map((n) => ({ totalCalls: n, calls: n })));
    expect(shown()).toBe(3);
    expect((await numbersOf(trainer.evidence!))[0]).toBe(3);
    trainer.judge!({ loss: 1 }, [[3], [0.5]]);
    expect(judged[0]).toMatchObject({ evidence: { total: [3], error: [0.5] }, watchCalls: 3, batch: 3 });
  });

  test('changes no bit of the training, and what it computes is on no tape', async () => {
    const [one, other] = [watched(), watched({ watch: undefined })];
    for (const { steps } of [one, other]) steps(10);
    expect(await bitsOf(one.part.variables)).toEqual(await bitsOf(other.part.variables));
    expect(other.shown()).toBe(0);
  });

  test('counts the looks of a life across checkpoints, and those of a process', async () => {
    const [saved, resumed] = [watched(), watched()];
    saved.steps(12);
    resumed.steps(1);
    await loadCheckpoint(resumed.trainer, await saveCheckpoint(saved.trainer));
    resumed.steps(5);
    expect(resumed.places).toEqual([
      { totalCalls: 0, calls: 0 },
      { totalCalls: 2, calls: 1 },
    ]);
    expect((await numbersOf(resumed.trainer.evidence!))[0]).toBe(3);
  });

  test('leaves evidence as it was where a look is not finite', async () => {
    const { trainer, steps } = watched({ watch: ({ errors }) => ({ error: tf.mul(NaN, tf.reshape(errors, [-1])) }) });
    expect(() => steps(1), 'of another shape').toThrow();
    const nan = watched({ watch: ({ errors }) => ({ error: tf.mul(NaN, tf.reshape(tf.mean(errors), [1])) }) });
    nan.steps(1);
    expect(await numbersOf(nan.trainer.evidence!)).toEqual([0, 0]);
    expect(trainer.steps).toBe(0);
  });

  test.each<[string, Partial<LossTrainerOptions<'loss', string, Seen>>, RegExp]>([
    ['no function', { watch: 3 as never }, /createTrainer: `watch` must be a function; got 3/],
    [
      'names that no evidence has',
      { watch: ({ errors }) => ({ mean: errors }) },
      /step: `evidence.mean` must be a tensor, not disposed; got undefined/,
    ],
    ['what is no tensor', { watch: () => ({ total: 3 as never }) }, /step: `watch\(...\).total` must be a tensor/],
    ['a promise', { watch: (async () => ({})) as never }, /step: `watch` must be a record such as/],
  ])('is refused that gives %s', (_, options, message) => {
    expect(() => watched(options).steps(1)).toThrow(message);
  });
});

describe('the model of a family, given to createTrainer, makes the same updates and gives no verdicts:', () => {
  const adam = () => createAdam({ learningRate: 0.01 });
  const vae = () => {
    const [encoding, decoding] = [
      mlp({ sizes: [2, 4, 4], random: createRandom(1) }),
      mlp({ sizes: [2, 4, 2], random: createRandom(2) }),
    ];
    const encoder = createGaussianEncoder(encoding, { latentSize: 2 });
    const decoder = createDecoder(decoding, { likelihood: bernoulli });
    return { encoder, decoder, optimizer: adam(), random: createRandom(3) };
  };
  const gan = () => ({
    generator: createGenerator(mlp({ sizes: [2, 4, 2], random: createRandom(1) }), { latentSize: 2 }),
    discriminator: createDiscriminator(mlp({ sizes: [2, 4, 1], random: createRandom(2) })),
    loss: nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random: createRandom(3),
  });
  const diffusion = () => ({
    denoiser: createDenoiser(denoisingMlp({ size: 2, width: 4, random: createRandom(1) }), {
      schedule: cosineSchedule({ steps: 10 }),
      predicts: predictVelocity,
    }),
    optimizer: adam(),
    random: createRandom(3),
  });

  test.each([
    ['vaeModel', () => createTrainer(vaeModel(vae())), () => createVaeTrainer(vae())],
    ['ganModel', () => createTrainer(ganModel(gan())), () => createGanTrainer(gan())],
    ['diffusionModel', () => createTrainer(diffusionModel(diffusion())), () => createDiffusionTrainer(diffusion())],
  ])('%s', async (_, make, makeJudged) => {
    const [plain, judged] = [make(), makeJudged()];
    for (const trainer of [plain, judged]) {
      for (let step = 0; step < 9; step++) tf.dispose({ ...trainer.step(x) });
    }
    const names = Object.keys(plain.state.variables);
    const all = judged.state.variables;
    const same = names.map((name) => all[name]!);
    expect(await bitsOf(Object.values(plain.state.variables))).toEqual(await bitsOf(same));
    expect(Object.keys(all).filter((name) => !names.includes(name)).length).toBeLessThanOrEqual(1);
    expect(plain.evidence).toEqual([]);
  });

  test('its errors name the function that was called', () => {
    const wrong = { random: Math.random as never };
    expect(() => createTrainer(vaeModel({ ...vae(), ...wrong }))).toThrow(/^vaeModel: `random`/);
    expect(() => createVaeTrainer({ ...vae(), ...wrong })).toThrow(/^createVaeTrainer: `random`/);
    expect(() => createTrainer({ ...vaeModel(vae()), caller: 'createMine', clipNorm: 0 })).toThrow(
      /^createMine: `clipNorm`/,
    );
  });
});
