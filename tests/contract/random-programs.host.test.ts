import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import * as r from '../../src/run/index.js';
import { junit, prairieLearn } from '../../src/grading/index.js';
import { codeVerdicts, createTokenModel, transformer } from '../../src/tokens/index.js';
import { memoryStore } from '../run/memory-store.js';

afterEach(() => tf.disposeVariables());

const any = (value: unknown): never => value as never;
const random = g.createRandom(1);
const x = (): tf.Tensor => tf.ones([3, 4]);

const adam = (): g.Optimizer => g.createAdam({ learningRate: 0.1 });
const players = () => ({
  generator: g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2 }),
  discriminator: g.createDiscriminator(g.mlp({ sizes: [4, 1], random })),
  loss: g.hingeLoss,
  random,
});

const vae = () => ({
  encoder: g.createGaussianEncoder(g.mlp({ sizes: [4, 4], random }), { latentSize: 2 }),
  decoder: g.createDecoder(g.mlp({ sizes: [2, 4], random }), { likelihood: g.bernoulli }),
});
const mixture = () => g.createMixturePrior({ components: 2, latentSize: 2, random });

/** Calls that `npm run tool -- random-programs` found to be accepted, or to end in an error of tfjs or of JavaScript. */
const cases: readonly (readonly [call: string, run: () => unknown, message: string])[] = [
  ['options that are a list', () => g.upsample1d(any([])), 'upsample1d: `options` must be an object with the keys factor; got [].'],
  ['options that are a map', () => g.minSnrWeighting(any(new Map([['limit', 3]]))), 'minSnrWeighting: `options` must be an object with the keys limit; got an instance of Map.'],
  ['options that are a date', () => g.randomCutout(any(new Date(0))), 'randomCutout: `options` must be an object with the keys fraction; got an instance of Date.'],
  ['a bound on no samples', () => g.importanceWeightedBound(tf.zeros([0, 4])), 'importanceWeightedBound: `logWeights.shape[0]` must be a positive integer; got 0.'],
  ['a gradient of bools', () => g.clipByGlobalNorm([x(), tf.ones([2], 'bool')], 1), 'clipByGlobalNorm: `gradients[1]` must be float32; got bool.'],
  ['a run whose name is an object', () => r.keepCheckpoints({ store: memoryStore().store, run: any({}) }), 'keepCheckpoints: `run` must be at most 100 letters, digits, dots, hyphens and underscores, and a letter or digit at both ends; got {}.'],
  ['a layer with other tensors than its variables', () => g.dense({ inputs: 4, units: 2, random }).applyWith([tf.ones([4, 3])], x()), 'applyWith: `variables[0]` must have shape [4, 2]; got [4, 3].'],
  ['a layer with no tensors', () => g.dense({ inputs: 4, units: 2, random }).applyWith([], x()), 'applyWith: `variables[0]` must be a tensor, not disposed; got undefined.'],
  ['a spectral norm of a disposed layer', () => { const layer = g.dense({ inputs: 4, units: 2, random }); layer.dispose(); return g.spectralNorm(layer); }, 'spectralNorm: `layer` must not be disposed'],
  ['an optimizer of a player that a GAN does not have', () => g.createGanTrainer({ ...players(), optimizers: any({ generator: adam(), discriminator: adam(), critic: adam() }) }), "createGanTrainer: `optimizers` must be an object with the keys generator, discriminator; got the key 'critic'."],
  ['a submission whose exercise is no text', () => junit(any({ exercise: true, results: [] })), 'junit: `submission.exercise` must be a string that is not empty; got true.'],
  ['a submission whose problem is no text', () => prairieLearn(any({ exercise: 'kl', results: [], problem: 1 })), 'prairieLearn: `submission.problem` must be a string that is not empty; got 1.'],
  ['a result without a message', () => junit(any({ exercise: 'kl', results: [{ name: 'values', passed: false, score: 0, maxScore: 1 }] })), 'junit: `submission.results` must hold results with a name, a message, a score and a maxScore; got { name'],
  ['a result whose picture is no text', () => prairieLearn(any({ exercise: 'kl', results: [{ name: 'values', message: '', score: 0, maxScore: 1, picture: null }] })), 'prairieLearn: `submission.results` must hold results with a name, a message, a score and a maxScore; got { name'],
  ['a loss of no logits', () => g.hingeLoss.generator(tf.zeros([0, 1])), 'hingeLoss.generator: `fakeLogits` must hold at least one example; got [0, 1].'],
  ['a relativistic loss of no data', () => g.relativisticLoss.discriminator(tf.zeros([0, 1]), tf.zeros([0, 1])), 'relativisticLoss.discriminator: `realLogits` must hold at least one example; got [0, 1].'],
  ['a penalty at no data', () => g.r1Penalty(players().discriminator, tf.zeros([0, 4])), 'r1Penalty: `real` must hold at least one example; got [0, 4].'],
  ['a penalty at no fakes', () => g.r2Penalty(players().discriminator, tf.zeros([0, 4])), 'r2Penalty: `fake` must hold at least one example; got [0, 4].'],
  ['a penalty between none and none', () => g.gradientPenalty(players().discriminator, tf.zeros([0, 4]), tf.zeros([0, 4]), { mix: random }), 'gradientPenalty: `real` must hold at least one example; got [0, 4].'],
  ['an average of a VAE with a misspelt option', () => g.createVaeTrainer({ ...vae(), optimizer: adam(), random, average: any({ into: vae(), decay: 0.9, decays: 1 }) }), "createVaeTrainer: `average` must be an object with the keys into, decay; got the key 'decays'."],
  ['an average of a prior with a misspelt option', () => g.createPriorTrainer({ encoder: vae().encoder, prior: mixture(), optimizer: adam(), random, average: any({ into: mixture(), decay: 0.9, decays: 1 }) }), "createPriorTrainer: `average` must be an object with the keys into, decay; got the key 'decays'."],
  ['verdicts on a promise', () => codeVerdicts(any(Promise.resolve(1))), 'codeVerdicts: `quantizer` must be a record with quantize, lookUp, indicesOf'],
]; // prettier-ignore

test.each(cases.map(([call, run, message]) => ({ call, run, message })))(
  '$call gives one clear sentence',
  ({ run, message }) => {
    expect(run).toThrow(message);
  },
);

test('a game that is refused leaves nothing behind, also if one of its players could be trained', () => {
  const own = (): g.Optimizer => ({ ...g.createAdam({ learningRate: 0.1 }), prepare: () => undefined });
  const generator = g.createGenerator(g.mlp({ sizes: [2, 4], random }), { latentSize: 2 });
  const discriminator = g.createDiscriminator(g.freeze(g.mlp({ sizes: [4, 1], random })));
  const optimizers = { generator: own(), discriminator: own() };
  const { numTensors } = tf.memory();
  expect(() => g.createGanTrainer({ generator, discriminator, loss: g.hingeLoss, optimizers, random })).toThrow(
    'frozen ones only',
  );
  expect(tf.memory().numTensors).toBe(numTensors);
});

const disposed = (): g.Optimizer => {
  const optimizer = adam();
  optimizer.dispose();
  return optimizer;
};

test.each([
  ['more', 4, 6],
  ['fewer', 6, 4],
])('a model of %s tokens than its network has is refused by sample', async (_, ofNetwork, tokens) => {
  const network = transformer({ tokens: ofNetwork, length: 3, width: 4, heads: 2, layers: 1, random });
  const model = createTokenModel(network, { tokens, length: 3 });
  await expect(model.sample(2, { random })).rejects.toThrow(
    // a token that the network does not have is read first
    ofNetwork < tokens
      ? 'transformer: `input` must be from -1 to 4; got 6.'
      : 'sample: `network output` must have shape [2, 1,',
  );
});

test.each([
  ['vaeVerdicts', g.vaeVerdicts, 'kl'],
  ['ganVerdicts', g.ganVerdicts, 'realLogits'],
  ['diffusionVerdicts', g.diffusionVerdicts, 'ofZero'],
] as const)('%s refuse a trainer of another family', async (name, make, needed) => {
  const network = g.mlp({ sizes: [4, 4], random });
  const loss = ({ x: data, options, look }: g.StepInput, isShown: boolean) => {
    const output = network.apply(data, options);
    if (isShown) look(() => ({ output }));
    return { loss: tf.mean(tf.square(output)) };
  };
  const fit = async (isShown: boolean, made = adam()) =>
    g.fit(
      g.createTrainer({ name, parts: { network }, optimizer: made, random, loss: (input) => loss(input, isShown) }),
      [x()],
      { epochs: 1, observers: [make()] },
    );
  for (const isShown of [true, false])
    await expect(fit(isShown)).rejects.toThrow(
      `${name}: \`shown.${needed}\` must be shown by each step; got undefined.`,
    );
});

test('a trainer one of whose optimizers cannot be prepared leaves nothing behind', () => {
  const [made, { variables }, frozen] = [players(), g.mlp({ sizes: [2, 4], random }), g.mlp({ sizes: [2, 4], random })];
  const { numTensors } = tf.memory();
  const optimizers = { generator: tf.train.sgd(0.1), discriminator: disposed() };
  expect(() => g.createGanTrainer({ ...made, optimizers })).toThrow('must not be disposed');
  const own = [{ part: frozen, optimizer: disposed() }];
  const split = r.splitOptimizer(tf.train.sgd(0.1), own);
  expect(() => split.prepare([...variables, ...frozen.variables])).toThrow('must not be disposed');
  split.dispose();
  tf.dispose(Object.values(optimizers.generator));
  expect(tf.memory().numTensors).toBeLessThanOrEqual(numTensors);
});

test.each([NaN, 0, false, '', null, { restore: () => undefined }])(
  'a checkpoint with the source %o is refused',
  async (source) => {
    const network = g.mlp({ sizes: [2, 4], random });
    const loss = () => ({ loss: tf.mean(network.apply(tf.ones([1, 2]))) });
    const trainer = g.createTrainer({ name: 'own', parts: { network }, optimizer: adam(), random, loss });
    for (const name of ['data', 'validation'])
      await expect(g.saveCheckpoint(trainer, { [name]: any(source) })).rejects.toThrow(`saveCheckpoint: \`${name}.`);
  },
);

test('a batch whose pairs all end at the data can be distilled', async () => {
  const schedule = g.flowSchedule({ steps: 2 });
  const make = (seed: number): g.Denoiser =>
    g.createDenoiser(g.denoisingMlp({ size: 4, width: 4, random: g.createRandom(seed) }), {
      schedule,
      predicts: g.predictFlow,
    });
  const input = { x: x(), noise: tf.zeros([3, 4]), step: 0, options: { training: true, random } };
  const losses = (timesteps: number[]) =>
    g
      .consistencyDistillation({ teacher: make(2) })
      .losses({ ...input, student: make(1), timesteps: Int32Array.from(timesteps) })
      .data();
  const [together, mixed] = [await losses([0, 0, 0]), await losses([0, 0, 1])];
  expect(together[0]).toBeGreaterThan(0);
  expect(together[0]).toBeCloseTo(mixed[0]!, 5);
});
