import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import {
  batches,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  flowSchedule,
  loadCheckpoint,
  predictFlow,
  saveCheckpoint,
  train,
  type Batch,
  type Trainer,
} from '../../src/index.js';
import { countKernels, failAt } from '../../src/testing/failing-kernel.js';
import { replay } from '../../src/wasm/index.js';
import { trainers, type TrainerEntry } from '../contract/trainers.js';
import { bitsOf, tinyVae, withoutLeak } from '../training/sample.js';

/** Trainers of each kind whose steps are replayed; and some of which a step is another each time. */
const REPLAYED = [
  'VAE with an average, clipped',
  'GAN with statistics, R1 and an average',
  'GAN of three updates to one',
  'a diffusion model of few timesteps',
  'an autoregressive model of tokens',
  'a game of a user',
];
const USUAL = ['a VAE of codes that are learned', 'a masked model of tokens'];
const STEPS = Number(process.env['REPLAY_STEPS'] ?? 24);
/** A diffusion model that draws one of eight timesteps for each example. */
function diffusion(): Trainer {
  const random = createRandom(6);
  const schedule = flowSchedule({ steps: 8 });
  const denoiser = createDenoiser(denoisingMlp({ size: 2, width: 4, random }), { schedule, predicts: predictFlow });
  return createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 0.02 }), random });
}

const few: TrainerEntry = {
  name: 'a diffusion model of few timesteps',
  make: diffusion,
  batches: () => [1, 2, 3].map((seed) => createRandom(seed).normal([seed === 3 ? 3 : 4, 2])),
};
const entries = [few, ...trainers].filter(
  ({ name }) => process.env['REPLAY_STEPS'] || [...REPLAYED, ...USUAL].includes(name),
);

function xOf(batch: Batch): tf.Tensor {
  return batch instanceof tf.Tensor ? batch : batch.x;
}

/** The same batch, with a number that is not finite. */
function poisoned(batch: Batch): Batch {
  const x = tf.tidy(() => tf.add(xOf(batch), tf.scalar(NaN)));
  return batch instanceof tf.Tensor ? x : { ...batch, x };
}

async function contentsOf({ state }: Trainer): Promise<unknown> {
  return { bits: await bitsOf(Object.values(state.variables)), plain: structuredClone(state.plain) };
}

/** What happens besides steps, by the number of the step before which it happens, in turns of 24. */
const events: Readonly<Record<number, (trainer: Trainer, batch: Batch) => unknown>> = {
  9: (trainer, batch) => trainer.evaluate(batch),
  10: (trainer, batch) => trainer.step(batch, { look: (show) => void show() }),
  11: (trainer, batch) => {
    if (xOf(batch).dtype !== 'float32') return undefined;
    const bad = poisoned(batch);
    const metrics = trainer.step(bad);
    tf.dispose(xOf(bad));
    return metrics;
  },
  13: (trainer, batch) => {
    let thrown: unknown;
    failAt(20, new Error('a kernel fails'), () => {
      try {
        trainer.step(batch, { look: () => undefined });
      } catch (error) {
        thrown = error;
      }
    });
    expect(String(thrown)).toContain('a kernel fails');
  },
  15: ({ state }) => {
    const [variable] = Object.values(state.variables);
    const [x] = [tf.tidy(() => tf.mul(variable!, 0.5))];
    variable!.assign(x);
    x.dispose();
  },
  20: ({ restore, state }) => restore!(structuredClone(state.plain)),
};

describe.each(entries)('$name', ({ name, make, batches }) => {
  it('has the same bits when its steps are replayed', async () => {
    await withoutLeak(async () => {
      const usual = make();
      const replayed = replay(make());
      let withoutKernels = 0;
      const [first, second, small] = batches() as [Batch, Batch, Batch];
      let held: tf.Tensor[] = [];
      for (let i = 0; i < STEPS; i++) {
        const batch = i % 12 === 7 ? small : i % 2 ? first : second;
        const event = events[i % 24];
        const [a, b] = [event?.(usual, batch), event?.(replayed, batch)] as [object, object];
        const one = usual.step(batch);
        let other = {};
        if (countKernels(() => void (other = replayed.step(batch))) === 0) withoutKernels++;
        if (i % 12 === 8) held = Object.values(replayed.state.variables).map((variable) => tf.clone(variable));
        const kept = await bitsOf(held);
        for (const [x, y] of [
          [one, other],
          [a, b],
        ] as const)
          expect(await bitsOf(Object.values(y ?? {})), `step ${i}`).toEqual(await bitsOf(Object.values(x ?? {})));
        tf.dispose([{ ...one }, { ...other }, { ...a }, { ...b }]);
        if (i % 12 === 11) {
          expect(await bitsOf(held), 'copies of variables').toEqual(kept);
          tf.dispose(held);
          held = [];
        }
        if (i % 6 === 5) expect(await contentsOf(replayed)).toEqual(await contentsOf(usual));
        expect(replayed.steps).toBe(usual.steps);
      }
      if (process.env['REPLAY_STEPS']) console.log('##', name, withoutKernels);
      else if (REPLAYED.includes(name)) expect(withoutKernels).toBeGreaterThan(STEPS / 4);
      else expect(withoutKernels).toBe(0);
      if (usual.state.notResumable === undefined) {
        const file = await saveCheckpoint(replayed);
        expect(file).toEqual(await saveCheckpoint(usual));
        await loadCheckpoint(replayed, file);
        tf.dispose([{ ...replayed.step(first) }, { ...usual.step(first) }]);
        expect(await contentsOf(replayed)).toEqual(await contentsOf(usual));
      }
      for (const one of [usual, replayed]) {
        const variables = Object.values(one.state.variables);
        one.dispose();
        tf.dispose(variables);
      }
      for (const batch of [first, second, small]) tf.dispose(batch instanceof tf.Tensor ? batch : { ...batch });
    });
  });
});

it('is trained by `train` with the same reports', async () => {
  const reportsOf = async (trainer: Trainer): Promise<unknown[]> => {
    const x = createRandom(5).uniform([32, 6]);
    const source = batches(x, { batchSize: 8, random: createRandom(7) });
    const all: unknown[] = [];
    for await (const { seconds, ...report } of train(trainer, source, { epochs: 6 }))
      all.push({ ...report, seconds: seconds >= 0 });
    x.dispose();
    return all;
  };
  const make = (): Trainer => tinyVae(createAdam({ learningRate: 0.02 }), { averaged: true }).trainer;
  await withoutLeak(async () => {
    const [usual, replayed] = [make(), replay(make())];
    expect(await reportsOf(replayed)).toEqual(await reportsOf(usual));
    expect(await contentsOf(replayed)).toEqual(await contentsOf(usual));
    for (const one of [usual, replayed]) {
      const variables = Object.values(one.state.variables);
      one.dispose();
      tf.dispose(variables);
    }
  });
});
