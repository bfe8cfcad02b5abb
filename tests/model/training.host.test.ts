import type * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import type { Part } from '../../src/nets/network.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = (): g.RandomStream => g.createRandom(7);
const adam = (): g.Optimizer => g.createAdam({ learningRate: 0.01 });
const images = (): tf.Tensor => random().uniform([4, 8, 8, 1]);

/** Each family: its parts, and a trainer of parts of their types. */
const families = {
  'a VAE': {
    as: { encoder: 'encoder', decoder: 'decoder' },
    make: () => ({
      encoder: g.createGaussianEncoder(g.convEncoder({ shape: [8, 8, 1], widths: [2], outputs: 4, random: random() }), {
        latentSize: 2,
      }),
      decoder: g.createDecoder(g.convDecoder({ inputs: 2, shape: [8, 8, 1], widths: [2], random: random() }), {
        likelihood: g.bernoulli,
      }),
    }),
    trainer: (parts: { encoder: g.GaussianEncoder; decoder: g.Decoder }) =>
      g.createVaeTrainer({ ...parts, optimizer: adam(), random: random() }),
  },
  'a GAN': {
    as: { generator: 'generator', discriminator: 'discriminator' },
    make: () => ({
      generator: g.createGenerator(g.dcganGenerator({ latentSize: 2, shape: [8, 8, 1], width: 2, random: random() }), {
        latentSize: 2,
      }),
      discriminator: g.createDiscriminator(
        g.sequential([
          g.spectralNorm(
            g.conv2d({ inputs: 1, filters: 2, kernelSize: 3, strides: 2, activation: g.leakyRelu, random: random() }),
          ),
          g.batchNorm({ inputs: 2 }),
          g.flatten(),
          g.dropout({ rate: 0.2 }),
          g.dense({ inputs: 32, units: 1, random: random().fork('last') }),
        ]),
      ),
    }),
    trainer: (parts: { generator: g.Generator; discriminator: g.Discriminator }) =>
      g.createGanTrainer({
        ...parts,
        loss: g.nonSaturatingLoss,
        optimizers: { generator: adam(), discriminator: adam() },
        random: random(),
      }),
  },
  'a denoiser': {
    as: { denoiser: 'denoiser' },
    make: () => ({
      denoiser: g.createDenoiser(
        g.unet({ channels: 1, widths: [4, 8], groups: 2, timeSize: 4, dropoutRate: 0.1, random: random() }),
        { schedule: g.cosineSchedule({ steps: 10 }), predicts: g.predictVelocity },
      ),
    }),
    trainer: (parts: { denoiser: g.Denoiser }) =>
      g.createDiffusionTrainer({ ...parts, optimizer: adam(), random: random() }),
  },
} as const;

const valuesOf = async (parts: object): Promise<unknown> =>
  Promise.all(
    (Object.values(parts) as Part[]).flatMap(({ variables, buffers = [] }) =>
      [...variables, ...buffers].map(async (variable) => [...(await variable.data())]),
    ),
  );

test.each(Object.entries(families))(
  '%s that was trained, saved and loaded trains on with the same bits as the one that was not',
  async (_, { as, make, trainer }) => {
    const parts = make();
    const first = trainer(parts as never);
    for (let i = 0; i < 3; i++) first.step(images());
    const loaded = await loadModel(await saveModel(parts), { as });
    expect(await valuesOf(loaded)).toEqual(await valuesOf(parts));
    // both begin with moments of zero
    const [one, other] = [trainer(parts as never), trainer(loaded as never)];
    for (let i = 0; i < 3; i++) for (const each of [one, other]) each.step(images());
    const trained = await valuesOf(loaded);
    expect(trained).toEqual(await valuesOf(parts));
    expect(trained).not.toEqual(await valuesOf(make()));
  },
);
