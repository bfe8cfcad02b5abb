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
  fit,
  ganModel,
  loadCheckpoint,
  mlp,
  nonSaturatingLoss,
  predictVelocity,
  saveCheckpoint,
  train,
  vaeModel,
  type Json,
  type Observer,
  type ReportContext,
  type Trainer,
} from '../../src/index.js';
import { bitsOf, countingTrainer, rowsOf, withoutLeak } from '../training/sample.js';

let x: Tensor;
beforeEach(() => {
  x = tf.tensor2d([0.1, 0.9, 0.4, 0.3, 0.8, 0.2], [3, 2]);
});
afterEach(() => {
  x.dispose();
  tf.disposeVariables();
});

interface Shown {
  readonly errors: Tensor;
}

/** A network whose loss shows its errors. */
function autoencoder(observers?: readonly Observer[]) {
  const part = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
  let shown = 0;
  const trainer = createTrainer({
    name: 'autoencoder',
    parts: { part },
    optimizer: createAdam({ learningRate: 0.01 }),
    random: createRandom(2),
    observers,
    loss: ({ x: data, options, look }) => {
      const errors = tf.square(tf.sub(part.apply(data, options), data));
      look((): Shown => {
        shown++;
        return { errors };
      });
      return { loss: tf.mean(errors) };
    },
  });
  return { trainer, part, shown: () => shown };
}

/** An observer of the mean error, with what it was called with; its state is the number of its looks. */
function meanError() {
  const places: number[] = [];
  const reports: ReportContext[] = [];
  const found: Readonly<Record<string, Float32Array>>[] = [];
  let looks = 0;
  const observer: Observer<Shown> = {
    name: 'meanError',
    look: ({ errors }, { x: examples, step }) => {
      places.push(step);
      looks++;
      return { mean: tf.mean(errors), least: tf.min(tf.sub(errors, tf.mul(0, examples)), 1) };
    },
    read: (numbers) => void found.push(numbers),
    report: (at) => void reports.push(at),
    state: () => looks,
    restore: (state) => {
      looks = state as number;
    },
  };
  return { observer: observer as Observer, places, reports, found, looks: () => looks };
}

const trainFor = async (
  trainer: Trainer,
  steps: number,
  options: { observers?: Observer[]; reportEvery?: number } = {},
) => {
  const verdicts: string[][] = [];
  for await (const report of train(trainer, () => repeat(), { steps, ...options }))
    verdicts.push(report.verdicts.map(({ kind }) => kind));
  return verdicts;
};

async function* repeat(): AsyncGenerator<Tensor> {
  for (;;) yield tf.clone(x);
}

describe.each(['the trainer', 'the run'])('an observer of %s', (owner) => {
  const observed = (observer: Observer) =>
    owner === 'the trainer'
      ? { ...autoencoder([observer]), options: {} }
      : { ...autoencoder(), options: { observers: [observer] } };

  test('is called in every eighth step and in no evaluation, and reads the numbers that it returned', async () => {
    const { observer, places, reports, found } = meanError();
    const { trainer, shown, options } = observed(observer);
    await withoutLeak(() => trainFor(trainer, 17, { ...options, reportEvery: 10 }));
    tf.dispose({ ...trainer.evaluate(x) });
    expect(places).toEqual([0, 8, 16]);
    expect(shown()).toBe(3);
    expect(found).toHaveLength(3);
    for (const { mean, least } of found) {
      expect([mean!.length, least!.length]).toEqual([1, 3]);
      expect(mean![0]).toBeGreaterThanOrEqual(Math.min(...least!));
    }
    expect(reports[1]).toMatchObject({ caller: 'train', step: 17, epoch: 1, totalSteps: 17, counts: { batches: 7 } });
  });

  test('changes no bit of the training', async () => {
    const [one, other] = [observed(meanError().observer), autoencoder()];
    await trainFor(one.trainer, 10, one.options);
    for (let step = 0; step < 10; step++) tf.dispose({ ...other.trainer.step(x) });
    expect(await bitsOf(one.part.variables)).toEqual(await bitsOf(other.part.variables));
    expect(other.shown(), 'nobody looks').toBe(0);
  });

  test('gives a verdict, and ends the run with a reason', async () => {
    let reason: string | undefined;
    const observer: Observer = {
      get reason() {
        return reason;
      },
      report: ({ step }) => {
        reason = step >= 2 ? 'enough' : undefined;
        return [{ kind: `after ${step}`, message: 'It was judged.' }];
      },
    };
    const { trainer, options } = observed(observer);
    expect(await trainFor(trainer, 9, { ...options, reportEvery: 1 })).toEqual([['after 1'], ['after 2']]);
  });

  test('is called in order: at the beginning, in steps, after updates, at reports and ends of epochs, at the end', async () => {
    const calls: string[] = [];
    const note = (name: string) => () => void calls.push(name);
    const { trainer, options } = observed({
      begin: note('begin'),
      look: () => {
        calls.push('look');
        return undefined;
      },
      update: note('update'),
      report: note('report'),
      epoch: note('epoch'),
      afterEpoch: note('afterEpoch'),
      end: note('end'),
    });
    await fit(trainer, [x, x], { epochs: 2, ...options });
    const epoch = ['update', 'update', 'epoch', 'afterEpoch', 'report'];
    expect(calls).toEqual(['begin', 'look', ...epoch, ...epoch, 'end']);
  });

  test('whose `look` throws leaves the trainer unchanged, and no tensor behind', async () => {
    const { trainer, options, part } = observed({
      look: () => {
        throw new Error('it broke');
      },
    });
    const before = await bitsOf(part.variables);
    await withoutLeak(() => expect(trainFor(trainer, 3, options)).rejects.toThrow('it broke'));
    expect(await bitsOf(part.variables)).toEqual(before);
    expect(trainer.steps).toBe(0);
  });

  test.each<[string, Observer, RegExp]>([
    [
      'a look of what is no tensor',
      { look: () => ({ mean: 3 as never }) },
      /step: `look\(...\).mean` must be a tensor/,
    ],
    ['a look of a promise', { look: (async () => ({})) as never }, /step: `look` must be a record such as/],
    [
      'a verdict without its list',
      { report: () => ({ kind: 'bad' }) as never },
      /`observer.report` must return an array/,
    ],
  ])('that gives %s is refused', async (_, observer, message) => {
    const { trainer, options } = observed(observer);
    await expect(trainFor(trainer, 1, options)).rejects.toThrow(message);
  });
});

describe('observers', () => {
  test('of a trainer are saved with it, by their names; a file without them, or with others, is loaded as well', async () => {
    const [saved, resumed] = [meanError(), meanError()];
    const [first, second, without] = [autoencoder([saved.observer]), autoencoder([resumed.observer]), autoencoder()];
    await trainFor(first.trainer, 12);
    const bytes = await saveCheckpoint(first.trainer);
    await loadCheckpoint(second.trainer, bytes);
    expect(resumed.looks()).toBe(2);
    await loadCheckpoint(without.trainer, bytes);
    await loadCheckpoint(second.trainer, await saveCheckpoint(without.trainer));
    expect(resumed.looks(), 'as it was').toBe(2);
  });

  test('of a run are saved if they are passed, restored in their order, and required by a load', async () => {
    const [saved, resumed] = [meanError(), meanError()];
    const first = autoencoder();
    await trainFor(first.trainer, 9, { observers: [saved.observer] });
    const bytes = await saveCheckpoint(first.trainer, { observers: [saved.observer] });
    await expect(loadCheckpoint(autoencoder().trainer, bytes)).rejects.toThrow('`observers` must be given');
    await loadCheckpoint(autoencoder().trainer, bytes, { observers: null });
    const two = [resumed.observer, meanError().observer];
    await expect(loadCheckpoint(autoencoder().trainer, bytes, { observers: two })).rejects.toThrow(/observers/);
    await loadCheckpoint(autoencoder().trainer, bytes, { observers: [resumed.observer] });
    expect(resumed.looks()).toBe(2);
  });

  test('may be instances of a class', async () => {
    class Losses implements Observer {
      #losses: number[] = [];
      report({ metrics }: ReportContext): void {
        this.#losses.push(metrics['loss']!);
      }
      state(): Json {
        return this.#losses;
      }
      restore(state: Json): void {
        this.#losses = [...(state as number[])];
      }
    }
    const [saved, resumed] = [new Losses(), new Losses()];
    const [first, second] = [autoencoder(), autoencoder()];
    await trainFor(first.trainer, 2, { observers: [saved], reportEvery: 1 });
    const bytes = await saveCheckpoint(first.trainer, { observers: [saved] });
    await loadCheckpoint(second.trainer, bytes, { observers: [resumed] });
    expect(resumed.state()).toEqual(saved.state());
    expect(saved.state()).toHaveLength(2);
  });

  test('see the verdicts of those before them, and one that is listed twice is called once', async () => {
    const seen: string[][] = [];
    const judge = (kind: string): Observer => ({ report: () => [{ kind, message: kind }] });
    const last: Observer = { report: ({ verdicts }) => void seen.push(verdicts.map(({ kind }) => kind)) };
    const shared = judge('of the trainer');
    const { trainer } = autoencoder([shared]);
    await trainFor(trainer, 1, { observers: [judge('first'), shared, last] });
    expect(seen).toEqual([['of the trainer', 'first']]);
  });

  test('whose `begin` throws end the call before the first update', async () => {
    const { trainer } = countingTrainer();
    const observer: Observer = { begin: () => Promise.reject(new Error('not now')) };
    const data = rowsOf(2);
    await expect(fit(trainer, data, { epochs: 1, observers: [observer] })).rejects.toThrow('not now');
    tf.dispose(data);
  });

  test.each<[string, unknown, RegExp]>([
    ['one that is no list', { report: () => [] }, /`observers` must be an array of different observers/],
    ['a misspelt method', [{ reprot: () => [] }], /`observers\[0\]` must be an array of different observers/],
    ['a method that is none', [{ report: 3 }], /`observers\[0\]` must be/],
    ['nothing', [undefined], /`observers\[0\]` must be/],
  ])('are refused: %s', (_, observers, message) => {
    expect(() => autoencoder(observers as never)).toThrow(message);
    const start = train(countingTrainer().trainer, rowsOf(1), { steps: 1, observers: observers as never }).next();
    return expect(start).rejects.toThrow(message);
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
    ['vaeModel', () => createTrainer(vaeModel(vae())), () => createVaeTrainer(vae()), 2],
    ['ganModel', () => createTrainer(ganModel(gan())), () => createGanTrainer(gan()), 1],
    ['diffusionModel', () => createTrainer(diffusionModel(diffusion())), () => createDiffusionTrainer(diffusion()), 1],
  ])('%s', async (_, make, makeJudged, count) => {
    const [plain, judged]: Trainer[] = [make(), makeJudged()];
    await trainFor(judged!, 9);
    for (let step = 0; step < 9; step++) tf.dispose({ ...plain!.step(x) });
    const { variables } = plain!.state;
    expect(Object.keys(judged!.state.variables)).toEqual(Object.keys(variables));
    expect(await bitsOf(Object.values(judged!.state.variables))).toEqual(await bitsOf(Object.values(variables)));
    expect(judged!.observers!.length - plain!.observers!.length).toBe(count);
    const saved = (plain!.state.plain as { readonly observers?: Json }).observers;
    expect(saved, 'no verdicts, no state').toBeUndefined();
  });

  test('its errors name the function that was called', () => {
    const wrong = { random: Math.random as never };
    expect(() => createVaeTrainer({ ...vae(), ...wrong })).toThrow(/^createVaeTrainer: `random`/);
    expect(() => createTrainer(vaeModel({ ...vae(), ...wrong }))).toThrow(/^vaeModel: `random`/);
  });
});

test('train waits for promises of `read` and `end`, and an error of `read` ends it', async () => {
  const calls: string[] = [];
  const later = async (what: string): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    calls.push(what);
  };
  const observer: Observer<Shown> = {
    look: ({ errors }) => ({ error: tf.mean(errors) }),
    read: () => later('read'),
    report: () => void calls.push('report'),
    end: () => later('end'),
  };
  const { trainer } = autoencoder();
  await fit(trainer, [x], { epochs: 1, observers: [observer as Observer] });
  expect(calls).toEqual(['read', 'report', 'end']);
  const failing: Observer = { ...(observer as Observer), read: () => Promise.reject(new Error('broken')) };
  await expect(fit(trainer, [x], { epochs: 8, observers: [failing] })).rejects.toThrow('broken');
});
