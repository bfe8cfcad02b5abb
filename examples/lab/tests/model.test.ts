import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom, sampleDdim, type Decoder, type Denoiser, type Generator } from '../../../src/index.js';
import { loadModel } from '../../../src/model/index.js';
import { defaultsOf } from '../experiment/experiment.js';
import type { Family } from '../experiment/fields.js';
import { of, open } from './open-experiment.js';

/** The classes of n samples, which take turns. */
const inTurn = (n: number, classes: number) =>
  tf.tensor1d(
    Int32Array.from({ length: n }, (_, i) => i % classes),
    'int32',
  );

type Parts = Partial<{ readonly decoder: Decoder; readonly generator: Generator; readonly denoiser: Denoiser }>;

/** Samples of a model that the lab has saved, as the lab makes them. */
async function samplesOf({ decoder, generator, denoiser }: Parts, shape: readonly number[], condition?: tf.Tensor) {
  const random = createRandom(1).fork('views').fork('samples');
  const [n] = shape as [number];
  if (generator !== undefined) return generator.draw(n, random, { condition });
  if (decoder !== undefined) return decoder.mean(random.normal([n, shape.length === 2 ? 2 : 8]), { condition });
  return sampleDdim(denoiser!, { shape, steps: 3, random, condition });
}

test.each(['vae', 'gan', 'diffusion', 'drifting'] as const satisfies readonly Family[])(
  'the model of a %s is loaded by loadModel, and draws the samples of the lab',
  async (family) => {
    const experiment = of(family, { steps: 10, sampler: 'ddim', calls: 3, width: 16 });
    const { run, seen, model, dispose } = await open(experiment);
    await run.start();
    const { arrays } = await seen(10);
    const loaded = await loadModel(await model());
    await dispose();
    const samples = await samplesOf(loaded as Parts, [512, 2]);
    expect([...(await samples.data())]).toEqual([...arrays['samples']!]);
  },
);

test.each(['vae', 'gan', 'diffusion'] as const satisfies readonly Family[])(
  'the model of a %s with classes draws the same clothes',
  async (family) => {
    const small = { channels: 8, batch: 16, sampler: 'ddim', calls: 3, steps: 5 } as const;
    const { run, seen, model, dispose } = await open({ ...defaultsOf(family, 'clothes'), ...small });
    await run.start();
    const { pictures } = await seen(5);
    const loaded = await loadModel(await model());
    await dispose();
    const samples = await samplesOf(loaded as Parts, [20, 28, 28, 1], inTurn(20, 10));
    // a denoiser's numbers have about zero mean
    const pixels = family === 'diffusion' ? tf.div(tf.add(samples, 1), 2) : samples;
    const bytes = await tf.round(tf.mul(tf.clipByValue(pixels, 0, 1), 255)).data();
    expect([...bytes]).toEqual([...pictures['samples']!]);
  },
);
