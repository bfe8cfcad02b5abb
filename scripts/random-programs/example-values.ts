import type { Draw } from './draw.js';
import { tableRows } from './table-rows.js';
import { call, exported, method, own, type Expression, type Written } from './expression.js';

export const rnd = (d: Draw): Expression => call('createRandom', d.integer(0, 9));
export const mlp = (d: Draw, ...sizes: number[]): Expression => call('mlp', { sizes, random: rnd(d) });
export const schedule = call('cosineSchedule', { steps: 6 });
export const denoiser = (d: Draw): Expression =>
  call('createDenoiser', call('denoisingMlp', { size: 4, width: 3, random: rnd(d) }), {
    schedule,
    predicts: exported('predictVelocity'),
  });
export const encoder = (d: Draw): Expression => call('createGaussianEncoder', mlp(d, 4, 4), { latentSize: 2 });
const decoder = (d: Draw): Expression => call('createDecoder', mlp(d, 2, 4), { likelihood: exported('bernoulli') });
const adam = call('createAdam', { learningRate: 0.01 });
const mixture = (d: Draw): Expression => call('createMixturePrior', { components: 2, latentSize: 2, random: rnd(d) });
export const transformer = (d: Draw, causal: boolean): Expression =>
  call('tokens/transformer', { tokens: 4, length: 3, width: 4, heads: 2, layers: 1, causal, random: rnd(d) });
export const tokenModel = (d: Draw): Expression =>
  call('tokens/createTokenModel', transformer(d, true), { tokens: 4, length: 3 });
const quantizer = call('tokens/finiteScalarQuantizer', { levels: [4] });
export const description = call('tables/describeTable', tableRows);
export const tableModel = (d: Draw): Expression =>
  call('tables/createTableModel', { description, width: 4, layers: 1, random: rnd(d) });
export const vaeTrainer = (d: Draw): Expression =>
  call('createVaeTrainer', { encoder: encoder(d), decoder: decoder(d), optimizer: adam, random: rnd(d) });
export const odd = (text: string): Expression => ({ is: 'odd', text });
const verdict: Written = { kind: 'steady', message: 'Nothing moves.' };
const report: Written = {
  epoch: 1,
  step: 2,
  totalSteps: 4,
  metrics: { loss: 1 },
  seconds: 1,
  skipped: 0,
  verdicts: [],
};

/** A valid value for each type whose values no literal makes, by the name of the type. */
export const examplesOf: Readonly<Record<string, (d: Draw) => Written>> = {
  RandomStream: rnd,
  Network: (d) => mlp(d, 4, 4),
  WeightedLayer: (d) => call('dense', { inputs: 4, units: 4, random: rnd(d) }),
  TokenNetwork: (d) => transformer(d, true),
  Part: (d) => mlp(d, 4, 4),
  Denoiser: denoiser,
  GaussianEncoder: encoder,
  LatentEncoder: encoder,
  VaeEncoder: encoder,
  QuantizedEncoder: (d) =>
    call('tokens/createQuantizedEncoder', call('sequential', [mlp(d, 4, 2), call('reshape', { shape: [2, 1] })]), {
      quantizer,
    }),
  Decoder: decoder,
  Discriminator: (d) => call('createDiscriminator', mlp(d, 4, 1)),
  Critic: (d) => call('createDiscriminator', mlp(d, 4, 1)),
  Generator: (d) => call('createGenerator', mlp(d, 2, 4), { latentSize: 2 }),
  Generator_2: (d) => call('createGenerator', mlp(d, 2, 4), { latentSize: 2 }),
  PriorSampler: (d) => call('createPriorSampler', decoder(d), { latentSize: 2 }),
  LatentPrior: mixture,
  LatentDensity: mixture,
  MixtureDensity: mixture,
  Optimizer: () => adam,
  'tf.Optimizer': () => adam,
  WatchedOptimizer: () => call('logs/watchOptimizer', adam),
  Likelihood: (d) => exported(d.pick(['bernoulli', 'continuousBernoulli'])),
  AdversarialLoss: (d) =>
    exported(
      d.pick([
        'hingeLoss',
        'minimaxLoss',
        'wassersteinLoss',
        'nonSaturatingLoss',
        'leastSquaresLoss',
        'relativisticLoss',
      ]),
    ),
  NoiseSchedule: () => schedule,
  PredictionTarget: () => exported('predictVelocity'),
  DiffusionSolver: (d) => exported(d.pick(['heunSolver', 'dpmSolver'])),
  ConsistencyTarget: () => call('easyConsistency'),
  Weighting: () => call('minSnrWeighting'),
  Schedule: () => call('constant', 0.1),
  PosteriorVariance: () => exported('smallVariance'),
  Activation: () => exported('tanh'),
  Augmentation: () => call('randomTranslation'),
  LatentPath: () => exported('linearPath'),
  VaeObjective: () => call('elboObjective'),
  Trainer: vaeTrainer,
  TokenModel: tokenModel,
  TokenSampler: tokenModel,
  Quantizer: () => quantizer,
  CodeDensity: () => call('tokens/uniformCodes', quantizer),
  CodePrior: (d) => call('tokens/createCodePrior', tokenModel(d), { quantizer, shape: [3, 1] }),
  TableModel: tableModel,
  TableDescription: () => description,
  Table: () => tableRows,
  Row: () => ({ height: 160, count: 2, country: 'Kenya', open: true }),
  Tensor: (d) => method(rnd(d), 'uniform', [3, 4], 0, 1),
  Scalar: (d) => method(rnd(d), 'uniform', [], 0, 1),
  Tensor1D: (d) => method(rnd(d), 'uniform', [4], 0, 1),
  Tensor2D: (d) => method(rnd(d), 'uniform', [3, 4], 0, 1),
  Tensor3D: (d) => method(rnd(d), 'uniform', [4, 4, 1], 0, 1),
  HostTensor: () => ({ data: odd('Float32Array.of(0.1, 0.7, 0.4, 0.9)'), shape: [2, 2] }),
  Batch: (d) => method(rnd(d), 'uniform', [3, 4], 0, 1),
  BatchData: (d) => method(rnd(d), 'uniform', [3, 4], 0, 1),
  DataSource: (d) => [method(rnd(d), 'uniform', [3, 4], 0, 1)],
  BatchSource: (d) => call('batches', method(rnd(d), 'uniform', [6, 4], 0, 1), { batchSize: 2 }),
  Observer: () => call('vaeVerdicts'),
  Verdict: () => verdict,
  Report: () => report,
  Report_2: () => report,
  AbortSignal: () => odd('new AbortController().signal'),
  Uint8Array: () => odd('new Uint8Array(9)'),
  Int32Array: () => odd('Int32Array.of(0, 1, 2, 1)'),
  Float32Array: () => odd('Float32Array.of(0.1, 0.7, 0.4, 0.9)'),
  Float64Array: () => odd('Float64Array.of(0.9, 0.5, 0.1)'),
  Tokens: () => odd('Int32Array.of(0, 1, 2, 1)'),
  Json: () => ({ a: 1 }),
  Date: () => odd('new Date(0)'),
  CheckpointStore: () => own('memoryStore', 0),
  CheckpointKeeper: () => call('run/keepCheckpoints', { store: own('memoryStore', 0), every: 1 }),
  LogFile: () => call('logs/memoryFile'),
  MemoryFile: () => call('logs/memoryFile'),
  LogWriter: () => call('logs/csvWriter', call('logs/memoryFile')),
  Log: () => call('logs/createLog', { writers: [call('logs/csvWriter', call('logs/memoryFile'))] }),
  Run: (d) => call('run/createRun', vaeTrainer(d), [method(rnd(d), 'uniform', [3, 4], 0, 1)], { steps: 2 }),
  Characters: () => call('tokens/characters', 'banana'),
  NumberStream: () => call('testing/createNumberStream', 1, 'numbers'),
  Tune: () => ({ title: 'a', metre: '4/4', sharps: 1, notes: [{ pitch: 67, length: 96 }] }),
  Note: () => ({ pitch: 60, length: 24 }),
  PlayedNote: () => ({ pitch: 60, start: 0, end: 24 }),
  NoteVocabulary: () => ({ notes: [{ pitch: 67, length: 96 }], end: 1, tokens: 2, metres: ['4/4'] }),
  ConditionedAugmentation: () => call('transforms/conditionedAugmentation', { classes: 3 }),
  Plateau: () => call('run/reduceOnPlateau', { metric: 'loss', goal: 'min', patience: 2, from: 0.1 }),
};
