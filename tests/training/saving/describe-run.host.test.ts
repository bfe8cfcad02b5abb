import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  augmentations,
  createFlowPrior,
  createHierarchicalPrior,
  createMixturePrior,
  createPriorTrainer,
  createVampPrior,
  dense,
  dropout,
  flatten,
  gaussianPrior,
  glu,
  groupNorm,
  layerNorm,
  randomCutout,
  relu,
  sequential,
  swish,
  uniformPrior,
  withClip,
  batches,
  bernoulli,
  continuousBernoulli,
  cosineDecay,
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
  cosineSchedule,
  denoisingMlp,
  describeCheckpoint,
  discretizedLogistic,
  elboObjective,
  gaussian,
  hingeLoss,
  importanceWeightedObjective,
  learnedGaussian,
  linearRamp,
  linearSchedule,
  loadCheckpoint,
  minSnrWeighting,
  mlp,
  nonSaturatingLoss,
  predictFlow,
  predictVelocity,
  saveCheckpoint,
  sigmoidWeighting,
  smoothedLoss,
  train,
  type Activation,
  type GaussianEncoder,
  type LatentPrior,
  type Network,
  type BatchSource,
  type BatchesOptions,
  type DiffusionTrainerOptions,
  type GanTrainerOptions,
  type Json,
  type Likelihood,
  type LossTrainerOptions,
  type Trainer,
  type VaeTrainerOptions,
} from '../../../src/index.js';
import { version } from '../../../package.json';
import { snapshot } from '../sample.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = createRandom(1);
const adam = (options = {}) => createAdam({ learningRate: 0.01, ...options });

function vae(options: Partial<VaeTrainerOptions> = {}, likelihood: Likelihood = bernoulli): Trainer {
  const encoder = createGaussianEncoder(mlp({ sizes: [4, 4], random }), { latentSize: 2 });
  const decoder = createDecoder(mlp({ sizes: [2, 4 * likelihood.parameterSize], random }), { likelihood });
  return createVaeTrainer({ encoder, decoder, optimizer: adam(), random, ...options });
}

function gan(options: Partial<GanTrainerOptions> = {}): Trainer {
  const generator = createGenerator(mlp({ sizes: [2, 4], random }), { latentSize: 2 });
  const discriminator = createDiscriminator(mlp({ sizes: [4, 1], random }));
  const optimizers = { generator: adam(), discriminator: adam() };
  return createGanTrainer({ generator, discriminator, loss: hingeLoss, optimizers, random, ...options });
}

function diffusion(options: Partial<DiffusionTrainerOptions> = {}, parts = {}): Trainer {
  const network = denoisingMlp({ size: 4, width: 4, random });
  const denoiser = createDenoiser(network, {
    schedule: cosineSchedule({ steps: 9 }),
    predicts: predictVelocity,
    ...parts,
  });
  return createDiffusionTrainer({ denoiser, optimizer: adam(), random, ...options });
}

function own(options: Partial<LossTrainerOptions<string>> = {}): Trainer {
  const network = mlp({ sizes: [4, 4], random });
  const loss = ({ x }: { x: tf.Tensor }) => ({ loss: tf.mean(network.apply(x)) });
  return createTrainer({ name: 'own', parts: { network }, optimizer: adam(), random, loss, ...options });
}

/** A network between two others of a user's own trainer. */
const net =
  (...layers: (() => Network)[]) =>
  (): Trainer => {
    const first = dense({ inputs: 4, units: 4, random });
    return own({ parts: { network: sequential([first, ...layers.map((make) => make())]) } });
  };
const dense4 = (activation?: Activation) => () => dense({ inputs: 4, units: 4, activation, random: random.fork('4') });

const flow = () => createFlowPrior({ latentSize: 2, layers: 2, width: 2, random });
const mixture = () => createMixturePrior({ components: 2, latentSize: 2, random });
const vampIn = (range: readonly [number, number] | undefined) => (encoder: GaussianEncoder) =>
  createVampPrior(encoder, { inputs: tf.zeros([2, 4]), range });
const vamp = vampIn([0, 1]);
const ladder = (top: LatentPrior) => createHierarchicalPrior([], { latentSizes: [2], top });
const gaussianEncoder = () => createGaussianEncoder(mlp({ sizes: [4, 4], random }), { latentSize: 2 });
const priorOf = (make: (encoder: GaussianEncoder) => LatentPrior) => () => {
  const encoder = gaussianEncoder();
  const decoder = createDecoder(mlp({ sizes: [2, 4], random }), { likelihood: bernoulli });
  return createVaeTrainer({ encoder, decoder, prior: make(encoder), optimizer: adam(), random });
};
const second = (layers: Network[]): Trainer => {
  const network = sequential([dense({ inputs: 4, units: 4, random }), ...layers]);
  const encoder = createGaussianEncoder(network, { latentSize: 2 });
  return createPriorTrainer({ prior: flow(), encoder, optimizer: adam(), random });
};
const generator = (prior: LatentPrior) => createGenerator(mlp({ sizes: [2, 4], random }), { latentSize: 2, prior });
const flip = (x: tf.Tensor): tf.Tensor => tf.neg(x);
const clippedTo = (high: number) => () => {
  const network = denoisingMlp({ size: 4, width: 4, random });
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 9 }), predicts: predictVelocity });
  return diffusion({ denoiser: withClip(denoiser, { clip: [-1, high] }) });
};

const sgd = (rate: number) => tf.train.sgd(rate);
const averaged = (rate: number) =>
  gan({ average: { into: createGenerator(mlp({ sizes: [2, 4], random }), { latentSize: 2 }), decay: rate } });
const decay = (steps: number) => cosineDecay({ from: 1e-3, to: 0, steps });
const penalty =
  (weight: number): GanTrainerOptions['penalty'] =>
  () =>
    tf.scalar(weight);

/** A run, one made otherwise, and the name of what differs; undefined where that cannot be seen. */
const pairs: [name: string, saved: () => Trainer, now: () => Trainer, path: string | undefined][] = [
  ['equal VAEs', vae, vae, undefined],
  ['learning rates', vae, () => vae({ optimizer: adam({ learningRate: 0.02 }) }), 'optimizer.learningRate'],
  ['beta1', vae, () => vae({ optimizer: adam({ beta1: 0.5 }) }), 'optimizer.beta1'],
  ['epsilons', vae, () => vae({ optimizer: adam({ epsilon: 1e-7 }) }), 'optimizer.epsilon'],
  ['averages', () => averaged(0.9), () => averaged(0.99), 'averageGenerator.decay'],
  ['weight decays', vae, () => vae({ optimizer: adam({ weightDecay: 0.1 }) }), 'optimizer.weightDecay'],
  [
    'schedules',
    () => vae({ optimizer: adam({ learningRate: decay(10) }) }),
    () => vae({ optimizer: adam({ learningRate: decay(20) }) }),
    'optimizer.learningRate.steps',
  ],
  [
    'a number and a schedule',
    vae,
    () => vae({ optimizer: adam({ learningRate: decay(9) }) }),
    'optimizer.learningRate',
  ],
  [
    'functions of the user',
    () => vae({ optimizer: adam({ learningRate: () => 1 }) }),
    () => vae({ optimizer: adam({ learningRate: () => 2 }) }),
    undefined,
  ],
  ['rates of tfjs', () => vae({ optimizer: sgd(0.1) }), () => vae({ optimizer: sgd(0.2) }), 'optimizer.learningRate'],
  ['likelihoods', vae, () => vae({}, continuousBernoulli), 'likelihood'],
  [
    'variances',
    () => vae({}, gaussian({ variance: 1 })),
    () => vae({}, gaussian({ variance: 2 })),
    'likelihood.variance',
  ],
  [
    'levels',
    () => vae({}, discretizedLogistic({ levels: 8 })),
    () => vae({}, discretizedLogistic({ levels: 9 })),
    'likelihood.levels',
  ],
  [
    'floors of a variance',
    () => vae({}, learnedGaussian({ minLogVariance: -6 })),
    () => vae({}, learnedGaussian({ minLogVariance: -5 })),
    'likelihood.minLogVariance',
  ],
  ['betas', vae, () => vae({ objective: elboObjective({ beta: 2 }) }), 'objective.beta'],
  [
    'ramps',
    () => vae({ objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 9 }) }) }),
    () => vae({ objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 8 }) }) }),
    'objective.beta.steps',
  ],
  ['objectives', vae, () => vae({ objective: importanceWeightedObjective({ samples: 2 }) }), 'objective'],
  [
    'samples',
    () => vae({ objective: importanceWeightedObjective({ samples: 3 }) }),
    () => vae({ objective: importanceWeightedObjective({ samples: 2 }) }),
    'objective.samples',
  ],
  ['clipping', vae, () => vae({ clipNorm: 1 }), 'clipNorm'],
  ['losses', gan, () => gan({ loss: nonSaturatingLoss }), 'loss'],
  [
    'targets',
    () => gan({ loss: smoothedLoss({ realTarget: 0.9 }) }),
    () => gan({ loss: smoothedLoss({ realTarget: 0.8 }) }),
    'loss.realTarget',
  ],
  ['ratios', gan, () => gan({ discriminatorSteps: 2 }), 'discriminatorSteps'],
  [
    'one optimizer of two',
    gan,
    () => gan({ optimizers: { generator: adam({ beta2: 0.9 }), discriminator: adam() } }),
    'generatorOptimizer.beta2',
  ],
  ['a penalty and none', gan, () => gan({ penalty: penalty(1) }), 'penalty'],
  ['penalties', () => gan({ penalty: penalty(1) }), () => gan({ penalty: penalty(2) }), undefined],
  [
    'noise schedules',
    diffusion,
    () => diffusion({}, { schedule: linearSchedule({ steps: 9 }) }),
    'schedule.alphaBar.checksum',
  ],
  ['targets of prediction', diffusion, () => diffusion({}, { predicts: predictFlow }), 'predicts'],
  ['lists of timesteps', diffusion, () => diffusion({ timesteps: Int32Array.of(1, 2, 3) }), 'timesteps.numbers'],
  [
    'weightings',
    () => diffusion({ weighting: minSnrWeighting() }),
    () => diffusion({ weighting: minSnrWeighting({ limit: 4 }) }),
    'weighting.limit',
  ],
  [
    'weightings of another kind',
    () => diffusion({ weighting: sigmoidWeighting() }),
    () => diffusion({ weighting: sigmoidWeighting({ bias: 1 }) }),
    'weighting.bias',
  ],
  ['ranges of pseudo-inputs', priorOf(vamp), priorOf(vampIn([0, 0.5])), 'prior.range'],
  ['a range of pseudo-inputs and none', priorOf(vampIn(undefined)), priorOf(vamp), 'prior.range'],
  [
    'tops',
    () => gan({ generator: generator(ladder(gaussianPrior)) }),
    () => gan({ generator: generator(ladder(uniformPrior)) }),
    'generator.prior.top.kind',
  ],
  ['rates of dropout', net(() => dropout({ rate: 0.1 })), net(() => dropout({ rate: 0.2 })), 'network.1.rate'],
  [
    'groups',
    net(() => groupNorm({ inputs: 4, groups: 2 })),
    net(() => groupNorm({ inputs: 4, groups: 4 })),
    'network.1.groups',
  ],
  ['activations', net(dense4(relu)), net(dense4(swish)), 'network.1.activation'],
  ['layers without variables', net(glu), net(flatten), 'network.1.kind'],
  ['numbers of layers', net(flatten), net(flatten, flatten), 'network.parts'],
  ['latents', gan, () => gan({ generator: generator(uniformPrior) }), 'generator.prior.kind'],
  [
    'augmentations',
    () => gan({ augment: augmentations(randomCutout(), flip) }),
    () => gan({ augment: augmentations(randomCutout({ fraction: 0.25 }), flip) }),
    'augment.list.0.fraction',
  ],
  [
    'numbers of augmentations',
    () => gan({ augment: augmentations(randomCutout()) }),
    () => gan({ augment: augmentations(randomCutout(), flip) }),
    'augment.list.length',
  ],
  ['clipped denoisers', clippedTo(1), clippedTo(2), 'denoiser.clip'],
  ['encoders of a second stage', () => second([dropout({ rate: 0 })]), () => second([flatten()]), 'encoder.0.1.kind'],
  // equal, although they are other values
  ['equal priors', priorOf(vamp), priorOf(vamp), undefined],
  ['equal networks', net(() => dropout({ rate: 0.1 })), net(() => dropout({ rate: 0.1 })), undefined],
  [
    'the default, and the same number typed',
    net(() => layerNorm({ inputs: 4 })),
    net(() => layerNorm({ inputs: 4, epsilon: 1e-5 })),
    undefined,
  ],
  ['a prior and a copy of it', priorOf(() => mixture()), priorOf(() => ({ ...mixture() })), undefined],
  ['a network and one by hand', net(dense4()), net(() => ({ ...dense4()() })), undefined],
  [
    'activations by hand',
    net(dense4((x) => tf.relu(x))),
    net(
      dense4(function other(x) {
        return tf.relu(x);
      }),
    ),
    undefined,
  ],
  [
    'lists of functions',
    () => own({ settings: { list: [1, flip] } }),
    () => own({ settings: { list: [1, penalty(1)] } }),
    undefined,
  ],
  [
    'settings of a model of one own',
    () => own({ settings: { width: 3 } }),
    () => own({ settings: { width: 4 } }),
    'width',
  ],
  [
    'deeper settings',
    () => own({ settings: { a: { b: [1, { c: 2 }] } } }),
    () => own({ settings: { a: { b: [1, { c: 3 }] } } }),
    'a.b',
  ],
];

describe('a checkpoint describes its run', () => {
  test.each(pairs)('%s', async (_, saved, now, path) => {
    const bytes = await saveCheckpoint(saved());
    const trainer = now();
    const before = await snapshot(trainer);
    if (path === undefined) return loadCheckpoint(trainer, bytes);
    const error: unknown = await loadCheckpoint(trainer, bytes).catch((reason: unknown) => reason);
    const { message } = error as Error;
    expect(message).toMatch(/^loadCheckpoint: `trainer` must be made like the saved one; got /);
    expect(message).toContain(`got ${path} `);
    expect(message.length).toBeLessThanOrEqual(300);
    expect(await snapshot(trainer)).toEqual(before);
    await loadCheckpoint(trainer, bytes, { waive: message.match(/'[^']+'/g)!.map((name) => name.slice(1, -1)) });
  });

  test('and gives the description to a reader, with the names that are not compared', async () => {
    const bytes = await saveCheckpoint(gan({ penalty: penalty(1) }), { data: source() });
    expect(describeCheckpoint(bytes)).toMatchObject({
      library: version,
      run: {
        generatorOptimizer: { name: 'adam', learningRate: 0.01, beta1: 0.9 },
        loss: { name: 'hingeLoss' },
        clipNorm: null,
        data: { examples: 10, batchSize: 4, random: { seed: 1, path: ['data'] }, x: { shape: [10, 4] } },
      },
    });
    expect(describeCheckpoint(bytes).notCompared).toContain('penalty');
  });
});

const numbers = (scale = 1): Float32Array => Float32Array.from({ length: 40 }, (_, i) => (scale * (i % 7)) / 7);
const source = (options: Partial<BatchesOptions<tf.Tensor, tf.Tensor>> = {}, data = numbers()): BatchSource =>
  batches({ data, shape: [10, 4] }, { batchSize: 4, random: random.fork('data'), ...options });

describe('the data of a run', () => {
  const others: [string, () => BatchSource, string][] = [
    ['batch sizes', () => source({ batchSize: 5 }), 'data.batchSize 5 where the file has 4'],
    ['last batches', () => source({ dropLast: true }), 'data.dropLast true where the file has false'],
    ['seeds', () => source({ random: createRandom(2).fork('data') }), 'data.random.seed 2 where the file has 1'],
    ['forks', () => source({ random: random.fork('other') }), 'data.random.path ["other"] where'],
    ['an order and none', () => source({ random: undefined }), 'data.random null where'],
    ['numbers', () => source({}, numbers(0.5)), 'data.x.data.checksum'],
    ['a transform', () => source({ transform: (x) => tf.clone(x) }), 'data.transform'],
  ];
  test.each(others)('with other %s is refused by name', async (_, make, seen) => {
    const trainer = vae();
    const bytes = await saveCheckpoint(trainer, { data: source() });
    await expect(loadCheckpoint(trainer, bytes, { data: make() })).rejects.toThrow(`got ${seen}`);
    await loadCheckpoint(trainer, bytes, { data: make(), waive: ['data'] });
  });

  test('must be passed again, or be null', async () => {
    const trainer = vae();
    const bytes = await saveCheckpoint(trainer, { data: source(), validation: source() });
    await expect(loadCheckpoint(trainer, bytes)).rejects.toThrow(
      'loadCheckpoint: `data` must be given, because the file has its position; got none. ' +
        'Pass { data }, or { data: null } to start from the beginning.',
    );
    await expect(loadCheckpoint(trainer, bytes, { data: source() })).rejects.toThrow('`validation` must be given');
    await loadCheckpoint(trainer, bytes, { data: null, validation: null });
  });

  test('for validation has its position saved too, so that the run continues bit for bit', async () => {
    const make = () => ({ trainer: vae(), data: source(), validation: source({ batchSize: 3 }) });
    const run = async ({ trainer, data, validation }: ReturnType<typeof make>, steps: number): Promise<unknown[]> => {
      const reports = [];
      for await (const { totalSteps, metrics, validation: seen } of train(trainer, data, {
        steps,
        validation,
        reportEvery: 1,
      })) {
        reports.push({ totalSteps, metrics, seen });
      }
      return reports;
    };
    const whole = await run(make(), 6);
    const first = make();
    await run(first, 2);
    const bytes = await saveCheckpoint(first.trainer, { data: first.data, validation: first.validation });
    const second = make();
    await loadCheckpoint(second.trainer, bytes, { data: second.data, validation: second.validation });
    expect(await run(second, 4)).toEqual(whole.slice(2));
  });
});

describe('metadata', () => {
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  test.each([
    ['NaN', { a: NaN }, '`metadata.a` must be a value that JSON can hold; got NaN.'],
    ['Infinity', [1, [Infinity]], '`metadata[1][0]` must be a value that JSON can hold; got Infinity.'],
    ['a BigInt', { a: { b: 1n } }, '`metadata.a.b` must be a value that JSON can hold; got 1n.'],
    ['undefined', { a: undefined }, '`metadata.a` must be a value that JSON can hold; got undefined.'],
    ['a function', () => 1, '`metadata` must be a value that JSON can hold; got a function.'],
    ['a date', { at: new Date(0) }, '`metadata.at` must be a value that JSON can hold; got an instance of Date.'],
    [
      'an array of numbers of its own',
      { w: Float32Array.of(1) },
      '`metadata.w` must be a value that JSON can hold; got Float32Array of length 1.',
    ],
    ['a cycle', cycle, 'must be a value that JSON can hold; got a value of more than 100 levels.'],
  ])('with %s are refused, and named', async (_, metadata, message) => {
    await expect(saveCheckpoint(own(), { metadata: metadata as Json })).rejects.toThrow(message);
  });

  test('come back as they were', async () => {
    const metadata = { text: 'é "x"\n', list: [1, -0.5, true, null, { deep: [] }] };
    expect(describeCheckpoint(await saveCheckpoint(own(), { metadata })).metadata).toEqual(metadata);
  });
});
