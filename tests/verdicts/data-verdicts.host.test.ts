import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createDiscriminator,
  createGanTrainer,
  createGaussianEncoder,
  createGenerator,
  createMixturePrior,
  createRandom,
  createVaeTrainer,
  dataVerdicts,
  fit,
  gaussian,
  mlp,
  nonSaturatingLoss,
  train,
  type DataSource,
  type Likelihood,
  type Trainer,
  type Verdict,
} from '../../src/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(1);

function vae(likelihood: Likelihood): Trainer {
  const encoder = createGaussianEncoder(mlp({ sizes: [4, 4], random }), { latentSize: 2 });
  const decoder = createDecoder(mlp({ sizes: [2, 4], random }), { likelihood });
  return createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-4 }), random });
}

function gan(): Trainer {
  const generator = createGenerator(mlp({ sizes: [2, 4], random }), { latentSize: 2 });
  const discriminator = createDiscriminator(mlp({ sizes: [4, 1], random }));
  const optimizers = {
    generator: createAdam({ learningRate: 1e-4 }),
    discriminator: createAdam({ learningRate: 1e-4 }),
  };
  return createGanTrainer({ generator, discriminator, loss: nonSaturatingLoss, optimizers, random });
}

/** The verdicts of two reports. */
async function verdictsOf(trainer: Trainer, data: DataSource): Promise<(readonly Verdict[])[]> {
  const seen: (readonly Verdict[])[] = [];
  for await (const { verdicts } of train(trainer, data, { steps: 2, reportEvery: 1 })) seen.push(verdicts);
  return seen;
}

const bytes = (): tf.Tensor => tf.mul(255, createRandom(2).uniform([8, 4]));
/** Not as far off as bytes, so that an update succeeds. */
const tooLarge = (): tf.Tensor => tf.mul(2.5, createRandom(2).uniform([8, 4]));

describe('data on the device', () => {
  test('out of the range of the likelihood get a verdict in the first report, and no other', async () => {
    const [first, second] = await verdictsOf(vae(bernoulli), [tooLarge(), tooLarge()]);
    expect(first!.map(({ kind }) => kind)).toEqual(['data out of scale']);
    expect(first![0]!.message).toMatch(
      /numbers from .* to 2\.\d+, and the likelihood is meant for 0 to 1\. Divide bytes by 255/,
    );
    expect(second).toEqual([]);
  });

  test('within the range, or of a likelihood for any numbers, get none', async () => {
    expect((await verdictsOf(vae(bernoulli), [createRandom(2).uniform([8, 4]), tf.ones([8, 4])])).flat()).toEqual([]);
    expect((await verdictsOf(vae(gaussian({ variance: 1 })), [tooLarge(), tooLarge()])).flat()).toEqual([]);
  });

  test.each([
    ['bytes', () => bytes(), ['data out of scale']],
    ['numbers of a thousandth', () => tf.mul(1e-3, createRandom(2).normal([8, 4])), ['data out of scale']],
    ['standard normals', () => createRandom(2).normal([8, 4]), []],
    ['dark images in [0, 1]', () => tf.mul(0.1, createRandom(2).uniform([8, 4])), []],
    ['a grid of points from -8 to 8', () => createRandom(2).uniform([8, 4], -8, 8), []],
  ])('for a GAN: %s', async (_, data, kinds) => {
    const [first] = await verdictsOf(gan(), [data(), data()]);
    expect(first!.map(({ kind }) => kind)).toEqual(kinds);
  });
});

describe('data on the host', () => {
  const images = { data: Float32Array.of(0, 2, 1, 1), shape: [1, 4] };

  test('are rejected before the first update if they are out of the range of the likelihood', async () => {
    const trainer = vae(bernoulli);
    await expect(fit(trainer, batches(images, { batchSize: 1 }), { epochs: 1 })).rejects.toThrow(
      'fit: `data` must lie between 0 and 1, the range of the likelihood; got numbers from 0 to 2.',
    );
    expect(trainer.steps).toBe(0);
  });

  test('are not checked if a transform may change them, and bytes are scaled as in a batch', async () => {
    const halved = batches(images, { batchSize: 1, transform: (x: tf.Tensor) => tf.mul(0.5, x) });
    await fit(vae(bernoulli), halved, { epochs: 1 });
    const clamped = { data: Uint8ClampedArray.of(0, 255, 1, 2), shape: [1, 4] };
    const source = batches(clamped, { batchSize: 1 });
    expect(source.holds).toEqual({ values: [0, 1], labels: undefined });
    await fit(vae(bernoulli), source, { epochs: 1 });
  });
});

test('if all updates are skipped, the verdict names the data before the learning rate', async () => {
  const poison = tf.fill([2, 4], NaN);
  const [report] = await verdictsOf(vae(gaussian({ variance: 1 })), [poison, poison]);
  expect(report![0]!.kind).toBe('skipped updates');
  expect(report![0]!.message).toMatch(
    /^1 of 1 updates were skipped.*Since all were skipped, first look .* in the data, and for labels beyond the classes; then lower/,
  );
});

test.each<[string, unknown, RegExp]>([
  ['a misspelt option', { rnge: [0, 1] }, /dataVerdicts: `options` must be an object with the keys range, unitScale/],
  ['a range that falls', { range: [1, 0] }, /dataVerdicts: `range` must be \[low, high\]; got \[1, 0\]/],
  ['a range that is one number', { range: 1 }, /dataVerdicts: `range` must be \[low, high\]; got 1/],
])('%s is refused', (_, options, message) => {
  expect(() => dataVerdicts(options as never)).toThrow(message);
});

test('if all updates are skipped because a part was made with numbers that are not finite, the verdict names its variables', async () => {
  const encoder = createGaussianEncoder(mlp({ sizes: [4, 4], random }), { latentSize: 2 });
  const decoder = createDecoder(mlp({ sizes: [2, 4], random }), { likelihood: bernoulli });
  // a tensor is not read when the prior is made
  const weights = tf.tensor1d([1, -1]);
  const prior = createMixturePrior({ components: 2, latentSize: 2, random, weights });
  const trainer = createVaeTrainer({ encoder, decoder, prior, optimizer: createAdam({ learningRate: 1e-4 }), random });
  for await (const { standing = [], skipped } of train(trainer, [tf.fill([3, 4], 0.5)], { epochs: 2 })) {
    expect(skipped).toBe(1);
    expect(standing.find(({ kind }) => kind === 'skipped updates')?.message).toContain(
      'The variables `prior.2` already contain such numbers.',
    );
  }
});
