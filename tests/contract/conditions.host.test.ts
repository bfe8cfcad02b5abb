import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = g.createRandom(1);
const network = (inputs: number, units: number): g.Network => g.mlp({ sizes: [inputs, units], random });
const labelled = (inputs: number, units: number): g.Network =>
  g.withCondition(network(inputs + 2, units), g.embedding({ classes: 3, size: 2, random }));
type Make = typeof network;

const schedule = g.cosineSchedule({ steps: 10 });
const x = (): Tensor => tf.fill([3, 4], 0.5);
const z = (): Tensor => tf.fill([3, 2], 0.1);
const labels = (): Tensor => tf.tensor1d([0, 2, 1], 'int32');
const adam = () => g.createAdam({ learningRate: 1e-3 });
const encoder = (of: Make) => g.createGaussianEncoder(of(4, 4), { latentSize: 2 });
const decoder = (of: Make) => g.createDecoder(of(2, 4), { likelihood: g.bernoulli });
const generator = (of: Make) => g.createGenerator(of(2, 4), { latentSize: 2 });
const discriminator = (of: Make) => g.createDiscriminator(of(4, 1));
const denoiser = (of: Make) => g.createDenoiser(of(4, 4), { schedule, predicts: g.predictVelocity });
const mixture = () => g.createMixturePrior({ components: 2, latentSize: 2, random });

test.each<[string, (options?: g.ApplyOptions) => Tensor]>([
  ['encode', (options) => encoder(network).encode(x(), options).mean],
  ['decode', (options) => decoder(network).decode(z(), options)],
  ['mean', (options) => decoder(network).mean(z(), options)],
  ['generate', (options) => generator(network).generate(z(), options)],
  ['logits', (options) => discriminator(network).logits(x(), options)],
  ['predict', (options) => denoiser(network).predict(x(), labels(), options)],
])('%s of a part ignores a condition that its network does not read', async (_, call) => {
  const state = random.state();
  const without = await read(call());
  random.restore(state);
  expect(await read(call({ condition: labels() }))).toEqual(without);
});

const vae = (e: Make, d: Make, prior?: g.LatentPrior) =>
  g.createVaeTrainer({ encoder: encoder(e), decoder: decoder(d), prior, optimizer: adam(), random });
const gan = (a: Make, b: Make) =>
  g.createGanTrainer({
    generator: generator(a),
    discriminator: discriminator(b),
    loss: g.nonSaturatingLoss,
    optimizers: { generator: adam(), discriminator: adam() },
    random,
  });
const diffusion = (of: Make) => g.createDiffusionTrainer({ denoiser: denoiser(of), optimizer: adam(), random });
const second = (of: Make) =>
  g.createPriorTrainer({ prior: mixture(), encoder: encoder(of), optimizer: adam(), random });

describe('a batch with a condition', () => {
  const says = /^(step|evaluate): `batch.condition` must be left out, as no network reads it; got a int32 tensor/;

  test.each<[string, () => g.Trainer<string>]>([
    ['VAE', () => vae(network, network)],
    ['VAE with a prior that reads none', () => vae(network, network, mixture())],
    ['GAN', () => gan(network, network)],
    ['diffusion model', () => diffusion(network)],
    ['prior', () => second(network)],
  ])('is refused by the trainer of a %s whose networks all ignore it', (_, make) => {
    const trainer = make();
    const batch = { x: x(), condition: labels() };
    expect(() => trainer.step(batch)).toThrow(says);
    expect(() => trainer.evaluate(batch)).toThrow(says);
    tf.dispose(trainer.step(x()));
  });

  test.each<[string, () => g.Trainer<string>]>([
    ['VAE whose decoder reads it', () => vae(network, labelled)],
    ['VAE whose encoder reads it', () => vae(labelled, network)],
    ['VAE whose prior may read it', () => vae(network, network, { ...g.gaussianPrior })],
    ['GAN whose discriminator reads it', () => gan(network, labelled)],
    ['GAN whose generator reads it', () => gan(labelled, network)],
    ['diffusion model that reads it', () => diffusion(labelled)],
    ['prior whose encoder reads it', () => second(labelled)],
  ])('trains a %s', async (_, make) => {
    const metrics = await g.readMetrics(make().step({ x: x(), condition: labels() }));
    expect(Object.values(metrics).every(Number.isFinite)).toBe(true);
  });
});

test.each<[string, (condition: Tensor) => unknown]>([
  ['a generator', (condition) => generator(network).draw(3, random, { condition })],
  ['createPriorSampler', (condition) => g.createPriorSampler(decoder(network), { latentSize: 2 }).draw(3, random, { condition })], // prettier-ignore
  ['sampleDdim', (condition) => g.sampleDdim(denoiser(network), { shape: [3, 4], steps: 2, random, condition })],
  ['estimateLogLikelihood', (condition) => g.estimateLogLikelihood({ encoder: encoder(network), decoder: decoder(network) }, x(), { samples: 2, random, condition })], // prettier-ignore
])('samples and estimates of %s refuse a condition that no network reads', async (_, call) => {
  await expect((async () => await call(labels()))()).rejects.toThrow('must be left out, as no network reads it');
});
