import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  diffusionModel,
  flowSchedule,
  optimalTransport,
  predictFlow,
  type Coupling,
  type DiffusionTrainerOptions,
} from '../../src/diffusion/index.js';
import { train } from '../../src/loop/index.js';
import { denoisingMlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { batches, createAdam, createTrainer, loadCheckpoint, saveCheckpoint, type Batch, type BatchSource, type Trainer } from '../../src/training/index.js'; // prettier-ignore
import { replay } from '../../src/wasm/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { count } from '../support/counts.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(3);
const first = { data: Float32Array.from({ length: 14 }, (_, i) => i / 7), shape: [7, 2] };
const second = { data: Float32Array.from({ length: 22 }, (_, i) => -1 - i / 11), shape: [11, 2] };
const source = (): BatchSource => batches(first, { batchSize: 3, random });
const others = (batchSize = 3): BatchSource => batches(second, { batchSize, random: random.fork('others') });

/** A trainer on pairs, and its denoiser. */
function training(pairs: Pick<DiffusionTrainerOptions, 'coupling' | 'from'>) {
  const stream = createRandom(7);
  const denoiser = createDenoiser(denoisingMlp({ size: 2, width: 4, random: stream }), {
    schedule: flowSchedule({ steps: 10 }),
    predicts: predictFlow,
  });
  const options = { denoiser, optimizer: createAdam({ learningRate: 1e-2 }), random: stream, ...pairs };
  return { denoiser, options, trainer: createDiffusionTrainer(options), data: source() };
}

type Prepared = Exclude<Batch, tf.Tensor>;

const prepared = (trainer: Trainer, batch: Batch, index: number): Promise<Prepared> =>
  trainer.prepare!(batch, index) as Promise<Prepared>;

/** The numbers of the noise with which a trainer pairs examples, as rows. */
async function noiseOf(trainer: Trainer, x: tf.Tensor, index: number): Promise<number[][]> {
  const ready = await prepared(trainer, x, index);
  const numbers = await read(ready.conditions!['noise']!);
  tf.dispose({ ...ready });
  return Array.from({ length: x.shape[0] }, (_, i) => numbers.slice(2 * i, 2 * i + 2));
}

const rowsOf = (rows: readonly number[][]): string[] => rows.map(String).sort();

test('Each batch gets the batch of the second set at its place, in every order of calls and through epochs.', async () => {
  const { trainer } = training({ from: others() });
  const expected: string[] = [];
  const alone = others();
  for (let epoch = 0; epoch < 3; epoch++)
    for await (const x of alone) expected.push(String(await read(x as tf.Tensor)));
  for (const index of [5, 0, 9, 1, 0]) {
    const rows = (await read((await prepared(trainer, tf.zeros([2, 2]), index)).conditions!['noise']!)).join();
    expect(expected[index]!.startsWith(rows)).toBe(true);
  }
});

test('Batches of the second set may be smaller than those of the data: the next ones fill the rest.', async () => {
  const { trainer } = training({ from: others(4) });
  const rows = await noiseOf(trainer, tf.zeros([9, 2]), 1);
  // an epoch of 11 examples has batches of 4, 4 and 3
  const epochs: number[][] = [];
  const alone = others(4);
  for (let epoch = 0; epoch < 2; epoch++)
    for await (const x of alone) {
      const numbers = await read(x as tf.Tensor);
      for (let i = 0; i < numbers.length; i += 2) epochs.push(numbers.slice(i, i + 2));
    }
  expect(rows).toEqual(epochs.slice(4, 13));
});

test('A coupling only changes which noise belongs to which example.', async () => {
  const kinds = [{}, { from: others() }];
  for (const kind of kinds) {
    const [independent, coupled] = [undefined, optimalTransport()].map(
      (coupling) =>
        training({ ...kind, coupling: coupling ?? (({ x }) => Promise.resolve([...Array(x.shape[0]).keys()])) })
          .trainer,
    );
    let changed = 0;
    for (let index = 0; index < 4; index++) {
      const x = tf.tensor2d([[2, 0], [-2, 1], [0, -2]]); // prettier-ignore
      const [a, b] = [await noiseOf(independent!, x, index), await noiseOf(coupled!, x, index)];
      expect(rowsOf(b)).toEqual(rowsOf(a));
      changed += Number(String(a) !== String(b));
      expect(await noiseOf(coupled!, x, index)).toEqual(b);
    }
    expect(changed).toBeGreaterThan(0);
  }
  const { trainer } = training({ coupling: optimalTransport() });
  const all = await Promise.all([0, 1, 2].map((index) => noiseOf(trainer, tf.zeros([3, 2]), index)));
  expect(new Set(all.flat(2)).size).toBe(18);
});

test.each([
  ['two sets', () => ({ from: others(), coupling: optimalTransport() })],
  ['two sets without a coupling', () => ({ from: others() })],
  ['noise', () => ({ coupling: optimalTransport() })],
])('With %s, a run is resumed bit for bit from a checkpoint in the middle of an epoch.', async (_, pairs) => {
  const weights = async ({ denoiser }: ReturnType<typeof training>): Promise<number[][]> =>
    Promise.all(denoiser.variables.map(read));
  const whole = training(pairs());
  await run(whole.trainer, whole.data, 11);
  const begun = training(pairs());
  await run(begun.trainer, begun.data, 5);
  const bytes = await saveCheckpoint(begun.trainer, { data: begun.data });
  const resumed = training(pairs());
  await loadCheckpoint(resumed.trainer, bytes, { data: resumed.data });
  await run(resumed.trainer, resumed.data, 6);
  expect(await weights(resumed)).toEqual(await weights(whole));
  count('runs that were resumed bit for bit');
  // by hand, replayed, and as the model of a user's trainer, the steps are the same
  const replayed = training(pairs());
  await run(replay(replayed.trainer), replayed.data, 11);
  expect(await weights(replayed)).toEqual(await weights(whole));
  const made = training(pairs());
  await run(createTrainer(diffusionModel(made.options)), made.data, 11);
  expect(await weights(made)).toEqual(await weights(whole));
  const other = training({ from: batches(first, { batchSize: 2 }) });
  await expect(loadCheckpoint(other.trainer, bytes, { data: other.data })).rejects.toThrow(/coupling|from/);
});

/** Trains for so many updates. */
async function run(trainer: Trainer, data: BatchSource, steps: number): Promise<void> {
  for await (const report of train(trainer, data, { steps })) expect(report.metrics['loss']).toBeGreaterThan(0);
}

test('The loss is that of the flow from the noise of the batch, in steps, evaluations and reports.', async () => {
  const { denoiser, trainer } = training({ from: batches(tf.tensor2d([[0, 2], [6, 4]]), { batchSize: 2 }) }); // prettier-ignore
  // with weights of 0 it predicts 0, so that the loss is the mean of (noise - x)^2
  const reset = (): void => {
    for (const variable of denoiser.variables) variable.assign(tf.zerosLike(variable));
  };
  reset();
  const x = tf.tensor2d([[1, 2], [3, 4]]); // prettier-ignore
  const ready = await trainer.prepare!(x, 0);
  expect(await read(trainer.evaluate(ready).loss)).toEqual([10 / 4]);
  expect(await read(trainer.step(ready).loss)).toEqual([10 / 4]);
  reset();
  for await (const { metrics, validation } of train(trainer, [x], { steps: 1, validation: [x, tf.add(x, 1)] })) {
    expect(metrics.loss).toBe(10 / 4);
    expect(validation?.['loss']).toBeGreaterThan(0);
  }
});

test('A trainer without pairs needs no preparation, and its settings are those of older checkpoints.', () => {
  const { trainer } = training({});
  expect(trainer.prepare).toBeUndefined();
  expect(Object.keys(trainer.state.settings!)).not.toContain('coupling');
});

test('Mistakes are named, and leak nothing.', async () => {
  expect(() => training({ from: [tf.ones([2, 2])] as never })).toThrow('createDiffusionTrainer: `from` must be batches(data, { batchSize })'); // prettier-ignore
  expect(() => training({ coupling: 'optimal' as never })).toThrow('`coupling` must be a function');
  const { options } = training({});
  const unfit = createDenoiser(denoisingMlp({ size: 2, width: 4, random }), {
    schedule: cosineSchedule({ steps: 10 }),
    predicts: predictFlow,
  });
  expect(() => createDiffusionTrainer({ ...options, denoiser: unfit, from: others() })).toThrow('createDiffusionTrainer: `from` needs a schedule that ends at alphaBar 0'); // prettier-ignore
  const { trainer } = training({ from: others() });
  const x = tf.ones([2, 2]);
  expect(() => trainer.step(x)).toThrow('step: `batch` must be prepared; got no noise. Write step(await'); // prettier-ignore
  expect(() => trainer.step({ x, conditions: { noise: tf.ones([2, 3]) } })).toThrow('shape [2, 2]');
  const flat = training({ from: batches(tf.ones([6, 3]), { batchSize: 3 }) }).trainer;
  await checkNoLeaks(() => expect(flat.prepare!(x, 0)).rejects.toThrow('step: `from` must have shape [?, 2]'));
  for (const wrong of [[0, 0], [0], [0, 1.5], [1, 2], undefined]) {
    const coupled = training({ coupling: () => Promise.resolve(wrong as never) }).trainer;
    await checkNoLeaks(() => expect(coupled.prepare!(x, 0)).rejects.toThrow('step: `coupling(...)` must have each index from 0 to 1 once')); // prettier-ignore
    await checkNoLeaks(() => expect(run(coupled, source(), 1)).rejects.toThrow('each index from 0 to 2'));
  }
  const coupled = training({ coupling: optimalTransport() }).trainer;
  for (const others of [{ condition: tf.ones([2, 1]) }, { conditions: { picture: x } }]) {
    await checkNoLeaks(() => expect(coupled.prepare!({ x, ...others }, 0)).rejects.toThrow('optimalTransport: `condition` must be labels')); // prettier-ignore
    const ready = await prepared(trainer, { x, ...others }, 0);
    expect(Object.keys(ready.conditions!)).toContain('noise');
    expect(ready.condition?.shape).toEqual(others.condition?.shape);
  }
});

test('Runs leak nothing, whoever owns the data, and with validation.', async () => {
  const { trainer } = training({ from: others(), coupling: optimalTransport() });
  const own = [tf.ones([2, 2]), tf.zeros([3, 2])];
  await run(trainer, source(), 1);
  await checkNoLeaks(async () => {
    await run(trainer, source(), 4);
    for await (const { step } of train(trainer, own, { epochs: 2, validation: own })) expect(step).toBeGreaterThan(0);
  });
});

test('Labels are kept, and bound the pairs.', async () => {
  const labels = [0, 1, 0, 1, 2, 0, 1];
  let observed: tf.Tensor | undefined;
  const coupling: Coupling = (input) => {
    observed = input.condition;
    return optimalTransport()(input);
  };
  const condition = tf.tensor1d(labels, 'int32');
  const ready = await prepared(training({ coupling }).trainer, { x: tf.tensor(first.data, [7, 2]), condition }, 0);
  expect(await read(ready.condition!)).toEqual(labels);
  expect(observed).toBe(condition);
});
