import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  predictVelocity,
  sampleDdim,
  variationalBound,
  withPredict,
  type Denoiser,
} from '../../src/diffusion/index.js';
import { dropEach } from '../../src/nets/conditions/drop-condition.js';
import { fit, train } from '../../src/loop/index.js';
import {
  dense,
  denoisingMlp,
  embedding,
  sequential,
  withCondition,
  withNamedCondition,
  withPicture,
  type ApplyOptions,
} from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { batches, createAdam, loadCheckpoint, saveCheckpoint } from '../../src/training/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

/** A denoiser of two numbers with a label, and with two more numbers as a picture; it records what its network gets. */
function pictured() {
  const random = createRandom(1);
  const network = withPicture(denoisingMlp({ size: 4, width: 4, classes: 3, random }), { channels: 2, name: 'more' });
  const seen: ApplyOptions[] = [];
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 5 }), predicts: predictVelocity });
  const watched = withPredict(denoiser, (xt, timesteps, options) => {
    seen.push({ condition: tf.keep(tf.clone(options!.condition!)), conditions: { more: tf.keep(tf.clone(options!.conditions!['more']!)) } }); // prettier-ignore
    return denoiser.predict(xt, timesteps, options);
  });
  return { denoiser, watched, seen };
}
const labels = (): Tensor => tf.tensor1d([2, 0, 1, 1], 'int32');
const more = (): Tensor => createRandom(3).normal([4, 2]);

test('a trainer gives further conditions to the network, drops them with the condition, and leaks nothing', async () => {
  const { denoiser, watched, seen } = pictured();
  const trainerOf = (one: Denoiser) =>
    createDiffusionTrainer({ denoiser: one, optimizer: createAdam({ learningRate: 1e-3 }), random: createRandom(2), dropCondition: 0.5 }); // prettier-ignore
  const data = { x: createRandom(4).normal([64, 2]), condition: tf.fill([64], 1, 'int32'), conditions: { more: tf.ones([64, 2]) } }; // prettier-ignore
  const source = batches(data, { batchSize: 64 })[Symbol.asyncIterator]();
  const { value: batch } = (await source.next()) as { value: typeof data };
  expect(batch.conditions.more.shape).toEqual([64, 2]);
  trainerOf(watched).step(batch);
  const trainer = trainerOf(denoiser);
  await checkNoLeaks(() => tf.dispose({ ...trainer.step(batch) }));
  const told = await read(seen[0]!.condition!);
  const shown = await read(seen[0]!.conditions!['more']!);
  expect(told).toContain(-1);
  expect(told).toContain(1);
  expect([...shown]).toEqual([...told].flatMap((label) => (label < 0 ? [0, 0] : [1, 1])));
});

test('shares by name drop each condition on its own, and those without a share never', async () => {
  const given = {
    condition: tf.fill([4000], 1, 'int32'),
    conditions: { a: tf.ones([4000, 1, 1]), b: tf.ones([4000, 1]) },
  };
  const kept = dropEach('step', given, { condition: 0.25, a: 0.5 }, { training: true, random: createRandom(5) });
  const [told, a, b] = [await read(kept.condition!), await read(kept.conditions!['a']!), await read(kept.conditions!['b']!)]; // prettier-ignore
  const share = (isDropped: (i: number) => boolean): number => [...told.keys()].filter(isDropped).length / 4000;
  expect(share((i) => told[i] === -1)).toBeCloseTo(0.25, 1);
  expect(share((i) => a[i] === 0)).toBeCloseTo(0.5, 1);
  expect(share((i) => told[i] === -1 && a[i] === 0)).toBeCloseTo(0.125, 1);
  expect(share((i) => b[i] === 0)).toBe(0);
});

test('guidance takes all conditions away, and samplers and the bound pass all of them on', async () => {
  const { watched, seen } = pictured();
  const given = { condition: labels(), conditions: { more: more() } };
  await sampleDdim(watched, { shape: [4, 2], steps: 1, random: createRandom(6), guidance: 2, ...given });
  const [withAll, without] = seen;
  expect(await read(withAll!.conditions!['more']!)).toEqual(await read(given.conditions.more));
  expect(new Set(await read(without!.condition!))).toEqual(new Set([-1]));
  expect(new Set(await read(without!.conditions!['more']!))).toEqual(new Set([0]));
  await variationalBound(watched, createRandom(7).normal([4, 2]), { random: createRandom(8), ...given });
  expect(await read(seen.at(-1)!.conditions!['more']!)).toEqual(await read(given.conditions.more));
});

test('a condition that does not fit, or that no network reads, is refused by name', async () => {
  const { denoiser } = pictured();
  const sampled = (conditions: object) =>
    expect(sampleDdim(denoiser, { shape: [4, 2], steps: 1, random: createRandom(6), condition: labels(), conditions: conditions as never })).rejects; // prettier-ignore
  await sampled({}).toThrow('withPicture: `options.conditions.more` must be a tensor; got undefined.');
  await sampled({ more: tf.ones([4, 3]) }).toThrow('`options.conditions.more` must have shape [4, 2]; got [4, 3].');
  await sampled({ more: tf.ones([3, 2]) }).toThrow('sampleDdim: `conditions.more` must have shape [4, ?]; got [3, 2].');
  await sampled({ more: more(), else: more() }).toThrow('sampleDdim: `conditions.else` must be left out, as no network reads it'); // prettier-ignore
  await sampled({ more: labels() }).toThrow('`options.conditions.more` must be float32; got int32.');
  expect(() => batches({ x: more(), conditions: { more: tf.ones([3, 2]) } }, { batchSize: 2 })).toThrow(
    'batches: `data.conditions.more` must have one entry for each of the 4 examples; got 3.',
  );
});

test('an empty record of conditions is none, and a share of it to drop needs a condition all the same', () => {
  const options = { training: true, random: createRandom(1) };
  expect(() => dropEach('step', { conditions: {} }, 0.5, options)).toThrow('step: `batch.condition` must be a tensor');
  const condition = tf.tensor1d([1, 2], 'int32');
  expect(dropEach('step', { condition, conditions: {} }, 0.5, options).condition!.shape).toEqual([2]);
});

test('a run with further conditions resumes bit for bit', async () => {
  const make = (seed: number) => {
    const data = { x: createRandom(4).normal([12, 2]), condition: tf.fill([12], 1, 'int32'), conditions: { more: createRandom(9).normal([12, 2]) } }; // prettier-ignore
    const source = batches(data, { batchSize: 4, random: createRandom(5) });
    const { denoiser } = pictured();
    const dropCondition = { condition: 0.5, more: 0.25 };
    const optimizer = createAdam({ learningRate: 1e-2 });
    return { source, trainer: createDiffusionTrainer({ denoiser, optimizer, random: createRandom(seed), dropCondition }) }; // prettier-ignore
  };
  const run = async ({ trainer, source }: ReturnType<typeof make>, steps: number): Promise<void> => {
    for await (const report of train(trainer, source, { steps })) expect(report.skipped).toBe(0);
  };
  const [straight, first, second] = [make(1), make(1), make(7)];
  await run(straight, 7);
  await run(first, 4);
  await loadCheckpoint(second.trainer, await saveCheckpoint(first.trainer, { data: first.source }), { data: second.source }); // prettier-ignore
  await run(second, 3);
  const numbers = ({ trainer }: ReturnType<typeof make>) => Promise.all(Object.values(trainer.state.variables).map((one) => read(one))); // prettier-ignore
  expect(await numbers(second)).toEqual(await numbers(straight));
});

test('labels of further conditions beyond the classes end a run before its first update', async () => {
  const random = createRandom(1);
  const kinds = withCondition(dense({ inputs: 4 + 2, units: 4, random }), embedding({ classes: 3, size: 2, random }));
  const network = sequential([
    withNamedCondition(kinds, { name: 'kind' }),
    denoisingMlp({ size: 4, width: 4, random }),
  ]);
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 5 }), predicts: predictVelocity });
  const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random });
  const run = (label: number) => {
    const x = { data: new Float32Array(8), shape: [2, 4] };
    const source = batches(
      { x, conditions: { kind: { data: Int32Array.of(0, label), shape: [2] } } },
      { batchSize: 2 },
    );
    return fit(trainer, source, { epochs: 1 });
  };
  await expect(run(3)).rejects.toThrow(
    'fit: `data.conditions.kind` must hold labels below 3, the classes of the networks; got 3. Labels count from 0, and -1 means no class.',
  );
  expect(trainer.steps).toBe(0);
  await run(2);
});
