import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  coupledBatches,
  createDenoiser,
  createDiffusionTrainer,
  flowSchedule,
  optimalTransport,
  predictFlow,
  type CoupledBatch,
  type Coupling,
} from '../../src/diffusion/index.js';
import { train } from '../../src/loop/index.js';
import { denoisingMlp } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { batches, createAdam, loadCheckpoint, saveCheckpoint, type BatchSource } from '../../src/training/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { count } from '../support/counts.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(3);
const first = { data: Float32Array.from({ length: 14 }, (_, i) => i / 7), shape: [7, 2] };
const second = { data: Float32Array.from({ length: 22 }, (_, i) => -1 - i / 11), shape: [11, 2] };
const source = (): BatchSource => batches(first, { batchSize: 3, random });
const others = (): BatchSource => batches(second, { batchSize: 3, dropLast: true, random: random.fork('others') });
const firstOf = async (numbers: tf.Tensor): Promise<number[]> => (await read(numbers)).filter((_, i) => i % 2 === 0);

/** The first numbers of data and noise of each example, for so many epochs. */
async function pairsOf(made: BatchSource<CoupledBatch>, epochs: number): Promise<number[][]> {
  const all: number[][] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    for await (const batch of made) {
      all.push(await firstOf(batch.x), await firstOf(batch.conditions['noise']!));
      tf.dispose({ ...batch });
    }
  }
  return all;
}

test('Data come as from the source, and each batch of the other set is used in order, however often it ends.', async () => {
  const made = await pairsOf(coupledBatches(source(), { from: others() }), 4);
  const alone: number[][] = [];
  const from = others();
  for (let epoch = 0; epoch < 4; epoch++) for await (const x of from) alone.push(await firstOf(x as tf.Tensor));
  const x: number[][] = [];
  const own = source();
  for (let epoch = 0; epoch < 4; epoch++) for await (const batch of own) x.push(await firstOf(batch as tf.Tensor));
  expect(made.filter((_, i) => i % 2 === 0)).toEqual(x);
  // the last batch of the source has one example
  expect(made.filter((_, i) => i % 2)).toEqual(x.map((batch, i) => alone[i]!.slice(0, batch.length)));
});

test('A coupling only changes which noise belongs to which example.', async () => {
  const options = { random: createRandom(5) };
  const independent = await pairsOf(coupledBatches(source(), options), 2);
  const coupled = await pairsOf(coupledBatches(source(), { ...options, coupling: optimalTransport() }), 2);
  for (const [i, numbers] of coupled.entries()) {
    if (i % 2 === 0) expect(numbers).toEqual(independent[i]);
    else expect([...numbers].sort()).toEqual([...independent[i]!].sort());
  }
  expect(coupled).not.toEqual(independent);
  // noise depends on the epoch and the batch
  expect(new Set(independent.flat()).size).toBe(14 / 2 + 14);
});

test('A source that was left and restored gives the same pairs as one that was not.', async () => {
  const make = (): BatchSource<CoupledBatch> =>
    coupledBatches(source(), { from: others(), coupling: optimalTransport() });
  const whole = await pairsOf(make(), 3);
  const left = make();
  let seen = 0;
  for await (const batch of left) {
    tf.dispose({ ...batch });
    if (++seen === 2) break;
  }
  const saved = JSON.parse(JSON.stringify(left.state()));
  const resumed = make();
  resumed.restore(saved);
  expect(await pairsOf(resumed, 1)).toEqual(whole.slice(4, 6));
  expect(await pairsOf(left, 2)).toEqual(whole.slice(4, 12));
  // a broken state changes nothing
  const before = resumed.state();
  expect(() => resumed.restore({ epoch: 0, position: 99, from: { epoch: 0, position: 1 } })).toThrow('state.position');
  expect(() => resumed.restore({ epoch: 0, position: 1 })).toThrow('must be { epoch, position }');
  expect(resumed.state()).toEqual(before);
});

/** A trainer on pairs, with its source. */
function training(options: { readonly coupling?: Coupling } = {}) {
  const stream = createRandom(7);
  const denoiser = createDenoiser(denoisingMlp({ size: 2, width: 4, random: stream }), {
    schedule: flowSchedule({ steps: 10 }),
    predicts: predictFlow,
  });
  const optimizer = createAdam({ learningRate: 1e-2 });
  const trainer = createDiffusionTrainer({ denoiser, optimizer, random: stream, noiseFrom: 'noise' });
  return { denoiser, trainer, data: coupledBatches(source(), { from: others(), ...options }) };
}

test('A run with pairs is resumed bit for bit from a checkpoint in the middle of an epoch.', async () => {
  const coupling = optimalTransport();
  const whole = training({ coupling });
  for await (const _ of train(whole.trainer, whole.data, { steps: 11 }));
  const begun = training({ coupling });
  for await (const _ of train(begun.trainer, begun.data, { steps: 5 }));
  const bytes = await saveCheckpoint(begun.trainer, { data: begun.data });
  const resumed = training({ coupling });
  await loadCheckpoint(resumed.trainer, bytes, { data: resumed.data });
  for await (const _ of train(resumed.trainer, resumed.data, { steps: 6 }));
  const weights = async ({ denoiser }: ReturnType<typeof training>): Promise<number[][]> =>
    Promise.all(denoiser.variables.map(read));
  expect(await weights(resumed)).toEqual(await weights(whole));
  count('runs that were resumed bit for bit');
  await expect(loadCheckpoint(training().trainer, bytes, { data: coupledBatches(source(), { random }) })).rejects.toThrow('data'); // prettier-ignore
});

test('The loss is that of the flow from the noise of the batch, in evaluations and in steps.', async () => {
  const { denoiser, trainer } = training();
  // with weights of 0 it predicts 0, so that the loss is the mean of (noise - x)^2
  for (const variable of denoiser.variables) variable.assign(tf.zerosLike(variable));
  const batch = { x: tf.tensor2d([[1, 2], [3, 4]]), conditions: { noise: tf.tensor2d([[0, 2], [6, 4]]) } }; // prettier-ignore
  expect(await read(trainer.evaluate(batch).loss)).toEqual([10 / 4]);
  expect(await read(trainer.step(batch).loss)).toEqual([10 / 4]);
});

test('Mistakes are named, and leak nothing.', async () => {
  const own = source();
  const readOne = async (made: BatchSource): Promise<void> => {
    for await (const batch of made) {
      tf.dispose(batch instanceof tf.Tensor ? batch : { ...batch });
      break;
    }
  };
  expect(() => coupledBatches([tf.ones([2, 2])] as never, { random })).toThrow('`source` must be a source of batches');
  expect(() => coupledBatches(own, {})).toThrow('`random` must be a random stream');
  const short = batches(second, { batchSize: 3 });
  expect(() => coupledBatches(own, { from: short })).toThrow('`from` must have 3 examples in each batch; got one of 2');
  const flat = batches(tf.ones([6, 3]), { batchSize: 3 });
  await checkNoLeaks(() => expect(readOne(coupledBatches(own, { from: flat }))).rejects.toThrow('`from` must have shape [3, 2]')); // prettier-ignore
  const twice: Coupling = () => Promise.resolve([0, 0, 1]);
  await checkNoLeaks(() => expect(readOne(coupledBatches(source(), { random, coupling: twice }))).rejects.toThrow('`coupling(...)` must have each index from 0 to 2 once')); // prettier-ignore
  const vectors = batches({ x: first, condition: { data: new Float32Array(7), shape: [7, 1] } }, { batchSize: 3 });
  await checkNoLeaks(() => expect(readOne(coupledBatches(vectors, { random, coupling: optimalTransport() }))).rejects.toThrow('`source` must have no condition but labels; got vectors')); // prettier-ignore
  await readOne(coupledBatches(vectors, { random }));
  const { trainer } = training();
  expect(() => trainer.step(tf.ones([2, 2]))).toThrow('step: `batch.conditions.noise` must be a tensor');
  expect(() => trainer.step({ x: tf.ones([2, 2]), conditions: { noise: tf.ones([2, 3]) } })).toThrow('shape [2, 2]');
  await checkNoLeaks(() => pairsOf(coupledBatches(source(), { from: others(), coupling: optimalTransport() }), 2));
});

test('Labels are kept, and bound the pairs.', async () => {
  const labelled = batches({ x: first, condition: { data: Int32Array.from([0, 1, 0, 1, 2, 0, 1]), shape: [7] } }, { batchSize: 7 }); // prettier-ignore
  let seen: ArrayLike<number> | undefined;
  const coupling: Coupling = (input) => {
    seen = input.labels;
    return optimalTransport()(input);
  };
  for await (const batch of coupledBatches(labelled, { random, coupling })) {
    expect(await read(batch.condition!)).toEqual([0, 1, 0, 1, 2, 0, 1]);
    tf.dispose({ ...batch });
  }
  expect(Array.from(seen!)).toEqual([0, 1, 0, 1, 2, 0, 1]);
});
