import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import * as metrics from '../../src/metrics/index.js';
import { inScope } from '../support/in-scope.js';
const random = g.createRandom(1);
const schedule = g.cosineSchedule({ steps: 4 });
const network = (inputs: number, units: number): g.Network => g.mlp({ sizes: [inputs, units], random });
const labelled = (): g.Network => g.withCondition(network(6, 4), g.embedding({ classes: 3, size: 2, random }));
const x = (): Tensor => tf.fill([3, 4], 0.5);
const encoder = (n = network(4, 4)) => g.createGaussianEncoder(n, { latentSize: 2 });
const decoder = (n = network(2, 4)) => g.createDecoder(n, { likelihood: g.bernoulli });
const generator = () => g.createGenerator(network(2, 4), { latentSize: 2 });
const denoiser = (of = network(4, 4)) => g.createDenoiser(of, { schedule, predicts: g.predictVelocity });
const adam = () => g.createAdam({ learningRate: 1e-3 });
const mixture = () => g.createMixturePrior({ components: 2, latentSize: 2, random });
const any = (v: unknown): never => v as never;
const own = (estimate: unknown) => ({ ...denoiser(), estimate }) as never;
const predicting = (predict: unknown) => g.withPredict(denoiser(), any(predict));
/** The methods of a generator that a copy with other members must replace, too. */
const undrawn = { draw: any(undefined), sample: any(undefined) };
/** Calls with an argument of the wrong kind, or with a user's member that breaks its contract; and a part of each error message. */
const cases: readonly (readonly [call: string, run: () => unknown, message: string])[] = [
  ['prior.sample(16)', () => mixture().sample(any(16), random), 'sample: `shape` must be an array; got 16.'],
  [
    'gaussianPrior.sample(16)',
    () => g.gaussianPrior.sample(any(16), random),
    'random.normal: `shape` must be an array; got 16',
  ],
  [
    'uniformPrior.sample(16)',
    () => g.uniformPrior.sample(any(16), random),
    'random.uniform: `shape` must be an array; got 16',
  ],
  [
    'gaussianPrior.sample no random',
    () => g.gaussianPrior.sample([2, 2], any(undefined)),
    'sample: `random` must be a random stream; got undefined',
  ],
  [
    'uniformPrior.sample no random',
    () => g.uniformPrior.sample([2, 2], any(3)),
    'sample: `random` must be a random stream; got 3',
  ],
  [
    'sample random first',
    () => mixture().sample(any(random), any([2, 2])),
    'sample: `random` must be a random stream; got [2, 2]',
  ],
  [
    'sample shape wrong',
    () => mixture().sample([2, any('2')], random),
    'sample: `shape` must have shape [?, 2]; got [2, 2].',
  ],
  [
    'sample -1',
    () => mixture().sample([-1, 2], random),
    'random.uniform: `shape[0]` must be an integer of at least 0; got -1.',
  ],
  [
    'gp logProb host',
    () => g.gaussianPrior.logProb(any([[0, 0]])),
    'logProb: `z` must be a tensor, not disposed; got [Array of length 2].',
  ],
  [
    'logProb host',
    () => mixture().logProb(any([[0, 0]])),
    'logProb: `z` must be a tensor, not disposed; got [Array of length 2].',
  ],
  [
    'normal extra',
    () => random.normal([2], ...([0, 5] as never as [])),
    'random.normal: `arguments` must be fewer; got 2 too many.',
  ],
  [
    'uniform extra',
    () => (random.uniform as never as (...a: unknown[]) => unknown)([2], 0, 1, 'float32'),
    'random.uniform: `arguments` must be fewer; got 1 too many.',
  ],
  [
    'integers extra',
    () => (random.integers as never as (...a: unknown[]) => unknown)([2], 0, 1, 5),
    'random.integers: `arguments` must be fewer; got 1 too many.',
  ],
  [
    'integers none',
    () => (random.integers as never as (...a: unknown[]) => unknown)([2]),
    'random.integers: `low` must be a number; got undefined.',
  ],
  [
    'condition array sampler',
    () => g.sampleDdim(denoiser(labelled()), { shape: [2, 4], random, condition: any([0, 1]) }),
    'sampleDdim: `condition` must be a tensor, not disposed; got [0, 1].',
  ],
  [
    'condition array encode',
    () => encoder(labelled()).encode(x(), { condition: any([0, 1]) }),
    'encode: `condition` must be a tensor; got [0, 1]',
  ],
  [
    'condition array draw',
    () => g.createPriorSampler(decoder(network(2, 4)), { latentSize: 2 }).draw(2, random, { condition: any([0, 1]) }),
    'decode: `condition` must be a tensor; got [0, 1]',
  ],
  [
    'condition array generator',
    () => generator().draw(2, random, { condition: any([0, 1]) }),
    'draw: `condition` must be a tensor; got [0, 1]',
  ],
  [
    'condition array estimate',
    () =>
      g.estimateLogLikelihood({ encoder: encoder(labelled()), decoder: decoder() }, x(), {
        samples: 2,
        random,
        condition: any([0, 1, 2]),
      }),
    'estimateLogLikelihood: `condition` must be a tensor; got [0, 1, 2]',
  ],
  [
    'condition array bound',
    () => g.variationalBound(denoiser(labelled()), x(), { random, condition: any([0, 1, 2]) }),
    'variationalBound: `condition` must be a tensor, not disposed; got [0, 1, 2].',
  ],
  [
    'condition array step',
    () =>
      g
        .createDiffusionTrainer({ denoiser: denoiser(labelled()), optimizer: adam(), random })
        .step({ x: x(), condition: any([0, 1, 2]) }),
    'step: `batch.condition` must be a tensor, not disposed; got [0, 1, 2].',
  ],
  [
    'condition array latentKl',
    () =>
      g.latentKl(
        encoder().draw(x(), random),
        g.createConditionalPrior(g.embedding({ classes: 3, size: 4, random }), { latentSize: 2 }),
        { condition: any([0, 1, 2]) },
      ),
    'blocks: `condition` must be a tensor; got [0, 1, 2]',
  ],
  [
    'own estimate undefined',
    () =>
      g.sampleDdim(
        own(() => undefined),
        { shape: [2, 4], random },
      ),
    'sampleDdim: `denoiser.estimate(...).sample` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own estimate async',
    () =>
      g.sampleDdim(
        own(async () => undefined),
        { shape: [2, 4], random },
      ),
    'sampleDdim: `denoiser.estimate(...).sample` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own estimate null',
    () =>
      g
        .withClip(
          own(() => null),
          { clip: [-1, 1] },
        )
        .estimate(x(), tf.tensor1d([1, 2, 3], 'int32')),
    'withClip: `denoiser.estimate(...).sample` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own predict undefined',
    () =>
      g.sampleDdim(
        predicting(() => undefined),
        { shape: [2, 4], random },
      ),
    'estimate: `denoiser.predict(...)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own predict async',
    () =>
      g.sampleDdim(
        predicting(async () => x()),
        { shape: [2, 4], random },
      ),
    'estimate: `denoiser.predict(...)` must be a tensor, not disposed; got an instance of Promise',
  ],
  [
    'own predict step',
    () => g.createDiffusionTrainer({ denoiser: predicting(() => undefined), optimizer: adam(), random }).step(x()),
    'step: `denoiser.predict(...)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own encode undefined',
    () =>
      g
        .createVaeTrainer({
          encoder: g.withEncode(
            encoder(),
            any(() => undefined),
          ),
          decoder: decoder(),
          optimizer: adam(),
          random,
        })
        .step(x()),
    'encode: `encoder.encode(...).mean` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own encode tensor',
    () =>
      g
        .createVaeTrainer({
          encoder: g.withEncode(
            encoder(),
            any((y: Tensor) => y),
          ),
          decoder: decoder(),
          optimizer: adam(),
          random,
        })
        .step(x()),
    'encode: `encoder.encode(...).mean` must be a tensor; got a float32 tensor of shape [3, 4]. Give one record, { mean, logVariance }, as `encoder.encode(...)`.',
  ],
  [
    'own draw undefined',
    () =>
      g
        .createVaeTrainer({
          encoder: { ...encoder(), draw: any(() => undefined) },
          decoder: decoder(),
          optimizer: adam(),
          random,
        })
        .step(x()),
    'draw: `encoder.draw(...).z` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own draw z',
    () =>
      g
        .createVaeTrainer({
          encoder: { ...encoder(), draw: any((y: Tensor) => ({ z: y })) },
          decoder: decoder(),
          optimizer: adam(),
          random,
        })
        .step(x()),
    'draw: `encoder.draw(...).logProb` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own decode undefined',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: g.withDecode(
            decoder(),
            any(() => undefined),
          ),
          optimizer: adam(),
          random,
        })
        .step(x()),
    'bernoulli.logProb: `parameters` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own decode mean',
    () =>
      g
        .withDecode(
          decoder(),
          any(() => undefined),
        )
        .mean(tf.ones([2, 2])),
    'bernoulli.mean: `parameters` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own generate step',
    () =>
      g
        .createGanTrainer({
          generator: { ...generator(), ...undrawn, generate: any(() => undefined) },
          discriminator: g.createDiscriminator(network(4, 1)),
          loss: g.hingeLoss,
          optimizers: { generator: adam(), discriminator: adam() },
          random,
        })
        .step(x()),
    'step: `generator output` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own sampleLatent step',
    () =>
      g
        .createGanTrainer({
          generator: { ...generator(), ...undrawn, sampleLatent: any(() => undefined) },
          discriminator: g.createDiscriminator(network(4, 1)),
          loss: g.hingeLoss,
          optimizers: { generator: adam(), discriminator: adam() },
          random,
        })
        .step(x()),
    'generate: `z` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own logits step',
    () =>
      g
        .createGanTrainer({
          generator: generator(),
          discriminator: { ...g.createDiscriminator(network(4, 1)), logits: any(() => undefined), probability: any(0) },
          loss: g.hingeLoss,
          optimizers: { generator: adam(), discriminator: adam() },
          random,
        })
        .step(x()),
    'step: `discriminator.logits(x)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own blocks undefined',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: decoder(),
          prior: { ...mixture(), blocks: any(() => undefined) },
          optimizer: adam(),
          random,
        })
        .step(x()),
    'blocks: `prior.blocks(z)` must be the blocks of latents [3, 2]; got undefined.',
  ],
  [
    'own blocks one',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: decoder(),
          prior: {
            sample: mixture().sample,
            logProb: mixture().logProb,
            blocks: any(() => ({ mean: tf.zeros([1, 2]), logVariance: tf.zeros([1, 2]) })),
          },
          optimizer: adam(),
          random,
        })
        .step(x()),
    'blocks: `prior.blocks(z)` must be the blocks of latents [3, 2]; got { mean, logVariance }.',
  ],
  [
    'own blocks sizes',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: decoder(),
          prior: {
            sample: mixture().sample,
            logProb: mixture().logProb,
            blocks: () => [{ mean: tf.zeros([1, 3]), logVariance: tf.zeros([1, 3]) }],
          },
          optimizer: adam(),
          random,
        })
        .step(x()),
    'blocks: `prior.blocks(z)` must be the blocks of latents [3, 2]; got [{ mean, logVariance }].',
  ],
  [
    'own blocks rows',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: decoder(),
          prior: {
            sample: mixture().sample,
            logProb: mixture().logProb,
            blocks: () => [{ mean: tf.zeros([2, 2]), logVariance: tf.zeros([2, 2]) }],
          },
          optimizer: adam(),
          random,
        })
        .step(x()),
    'blocks: `prior.blocks(z)` must be the blocks of latents [3, 2]; got [{ mean, logVariance }].',
  ],
  [
    'own blocks mean only',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: decoder(),
          prior: {
            sample: mixture().sample,
            logProb: mixture().logProb,
            blocks: any(() => [{ mean: tf.zeros([1, 2]) }]),
          },
          optimizer: adam(),
          random,
        })
        .step(x()),
    'blocks: `prior.blocks(z)` must be the blocks of latents [3, 2]; got [{ mean }].',
  ],
  [
    'own logProb undefined',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: decoder(),
          prior: { sample: mixture().sample, logProb: any(() => undefined) },
          optimizer: adam(),
          random,
        })
        .step(x()),
    'logProb: `prior.logProb(z)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own logProb estimate',
    () =>
      g.estimateLogLikelihood(
        { encoder: encoder(), decoder: decoder(), prior: { sample: mixture().sample, logProb: any(() => undefined) } },
        x(),
        { samples: 2, random },
      ),
    'logProb: `prior.logProb(z)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own likelihood logProb',
    () =>
      g
        .createVaeTrainer({
          encoder: encoder(),
          decoder: g.createDecoder(network(2, 4), { likelihood: { ...g.bernoulli, logProb: any(() => undefined) } }),
          optimizer: adam(),
          random,
        })
        .step(x()),
    'elbo: `likelihood.logProb(x, parameters)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own likelihood estimate',
    () =>
      g.estimateLogLikelihood(
        {
          encoder: encoder(),
          decoder: g.createDecoder(network(2, 4), { likelihood: { ...g.bernoulli, logProb: any(() => undefined) } }),
        },
        x(),
        { samples: 2, random },
      ),
    'elbo: `likelihood.logProb(x, parameters)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'own prior.sample generator',
    () => g.createGenerator(network(2, 4), { latentSize: 2, prior: { sample: any(() => undefined) } }).draw(2, random),
    'draw: `prior.sample(...)` must be a tensor, not disposed; got undefined.',
  ],
  [
    'estimate of nothing',
    () => g.estimateLogLikelihood({ encoder: encoder(), decoder: decoder() }, tf.zeros([0, 4]), { samples: 2, random }),
    'estimateLogLikelihood: `x` must hold at least one example; got [0, 4].',
  ],
  [
    'estimate of NaN',
    () =>
      g.estimateLogLikelihood({ encoder: encoder(), decoder: decoder() }, tf.fill([3, 4], NaN), { samples: 2, random }),
    'estimateLogLikelihood: `x` must be finite; got NaN or infinity.',
  ],
  [
    'estimate of 7',
    () =>
      g.estimateLogLikelihood({ encoder: encoder(), decoder: decoder() }, tf.fill([3, 4], 7), { samples: 2, random }),
    'estimateLogLikelihood: `x` must lie between 0 and 1, the range of the likelihood; got numbers from 7 to 7',
  ],
  [
    'bound of nothing',
    () => g.variationalBound(denoiser(), tf.zeros([0, 4]), { random }),
    'variationalBound: `x` must hold at least one example; got [0, 4].',
  ],
  [
    'bound of NaN',
    () => g.variationalBound(denoiser(), tf.fill([3, 4], NaN), { random }),
    'variationalBound: `x` must be finite; got NaN or infinity.',
  ],
  [
    'activeUnits NaN',
    () => g.activeUnits(tf.fill([3, 4], NaN)),
    'activeUnits: `means` must be finite; got NaN or infinity.',
  ],
  [
    'frechet NaN',
    () => metrics.frechetDistance(tf.fill([3, 2], NaN), tf.ones([3, 2])),
    'frechetDistance: `a` must be finite; got NaN in row 0.',
  ],
  [
    'frechet none',
    () => metrics.frechetDistance(tf.zeros([0, 2]), tf.ones([3, 2])),
    'frechetDistance: `a` must have shape [?, 2]; got [0, 2]',
  ],
  [
    'kernel none',
    () => metrics.kernelDistance(tf.zeros([0, 2]), tf.ones([3, 2])),
    'kernelDistance: `a` must have shape [?, 2]; got [0, 2]',
  ],
  [
    'precisionRecall none',
    () => metrics.precisionRecall(tf.zeros([0, 2]), tf.ones([9, 2]), { k: 3 } as never),
    "precisionRecall: `options` must be an object with the keys features, seed, neighbours; got the key 'k'.",
  ],
  [
    'densityCoverage NaN',
    () => metrics.densityCoverage(tf.fill([9, 2], NaN), tf.ones([9, 2]), { k: 3 } as never),
    "densityCoverage: `options` must be an object with the keys features, seed, neighbours; got the key 'k'.",
  ],
  [
    'sharpness none',
    () => metrics.sharpness(tf.zeros([0, 4, 4, 1])),
    'sharpness: `images.shape[0]` must be a positive integer; got 0.',
  ],
  [
    'sharpness NaN',
    () => metrics.sharpness(tf.fill([2, 4, 4, 1], NaN)),
    'sharpness: `images` must be finite; got NaN or infinity.',
  ],
  [
    'modeCoverage none',
    () => metrics.modeCoverage(tf.zeros([0, 2]), { centers: tf.ones([2, 2]), standardDeviation: 1 }),
    'modeCoverage: `samples` must have shape [?, 2]; got [0, 2]',
  ],
  [
    'modeCoverage NaN',
    () => metrics.modeCoverage(tf.fill([3, 2], NaN), { centers: tf.ones([2, 2]), standardDeviation: 1 }),
    'modeCoverage: `samples` must be finite; got NaN in row 0.',
  ],
  [
    'modeCoverage NaN centers',
    () => metrics.modeCoverage(tf.ones([3, 2]), { centers: tf.fill([2, 2], NaN), standardDeviation: 1 }),
    'modeCoverage: `centers` must be finite; got NaN in row 0.',
  ],
  [
    'a sampler with the label of an unknown name',
    () =>
      g.sampleDdim(denoiser(labelled()), {
        shape: [1, 4],
        random,
        condition: tf.tensor1d([['cat'].indexOf('dragon')], 'int32'),
      }),
    'sampleDdim: `condition` must hold labels of classes; got -1 at index 0',
  ],
  [
    'a sampler with a label beyond the classes',
    () => g.sampleDdim(denoiser(labelled()), { shape: [1, 4], random, condition: tf.tensor1d([9], 'int32') }),
    'sampleDdim: `condition` must hold labels of classes; got 9 at index 0.',
  ],
  [
    'means ragged',
    () => g.createMixturePrior({ components: 2, latentSize: 2, random, means: [[1], [1, 2, 3]] }),
    'createMixturePrior: `means[0]` must have shape [2]; got [1].',
  ],
  [
    'means string',
    () => g.createMixturePrior({ components: 2, latentSize: 1, random, means: any([['1'], [1]]) }),
    "createMixturePrior: `means[0][0]` must be a number; got '1'.",
  ],
  [
    'weights string',
    () => g.createMixturePrior({ components: 2, latentSize: 1, random, weights: any(['1', 2]) }),
    "createMixturePrior: `weights` must be above 0 and finite; got '1'.",
  ],
  [
    "a VampPrior over an encoder of one's own that needs a condition",
    () => g.createVampPrior({ ...encoder(), encode: (y: Tensor) => encoder(labelled()).encode(y) }, { inputs: x() }),
    'createVampPrior: `encoder` must not need a condition; got one that does',
  ],
  [
    'a VampPrior of inputs of another size',
    () => g.createVampPrior(encoder(), { inputs: tf.ones([3, 7]) }),
    'createVampPrior: `inputs` must have shape [?, 4]; got [3, 7]',
  ],
];

inScope();

test.each(cases.map(([call, run, message]) => ({ call, run, message })))(
  '$call throws one clear sentence',
  async ({ run, message }) => {
    const error = await (async () => run())().then(
      () => undefined,
      (reason: unknown) => reason as Error,
    );
    expect(error?.message).toContain(message);
    expect(error?.message).toMatch(/^[\w.]+: `[^`]+` [^;]+; got [^\n]+\.$/);
    expect(error!.message.length).toBeLessThanOrEqual(300);
  },
);
