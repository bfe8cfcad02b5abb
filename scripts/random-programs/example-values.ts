import type { Draw } from './draw.js';
import { tableRows } from './table-rows.js';
import { call, exported, method, own, type Expression, type Written } from './expression.js';

const rnd = (d: Draw): Expression => call('createRandom', d.integer(0, 9));
const mlp = (d: Draw, ...sizes: number[]): Expression => call('mlp', { sizes, random: rnd(d) });
const schedule = call('cosineSchedule', { steps: 6 });
const denoiser = (d: Draw): Expression =>
  call('createDenoiser', call('denoisingMlp', { size: 4, width: 3, random: rnd(d) }), {
    schedule,
    predicts: exported('predictVelocity'),
  });
const encoder = (d: Draw): Expression => call('createGaussianEncoder', mlp(d, 4, 4), { latentSize: 2 });
const decoder = (d: Draw): Expression => call('createDecoder', mlp(d, 2, 4), { likelihood: exported('bernoulli') });
const adam = call('createAdam', { learningRate: 0.01 });
const mixture = (d: Draw): Expression => call('createMixturePrior', { components: 2, latentSize: 2, random: rnd(d) });
const transformer = (d: Draw, causal: boolean): Expression =>
  call('tokens/transformer', { tokens: 4, length: 3, width: 4, heads: 2, layers: 1, causal, random: rnd(d) });
const tokenModel = (d: Draw): Expression =>
  call('tokens/createTokenModel', transformer(d, true), { tokens: 4, length: 3 });
const quantizer = call('tokens/finiteScalarQuantizer', { levels: [4] });
const description = call('tables/describeTable', tableRows);
const tableModel = (d: Draw): Expression =>
  call('tables/createTableModel', { description, width: 4, layers: 1, random: rnd(d) });
const vaeTrainer = (d: Draw): Expression =>
  call('createVaeTrainer', { encoder: encoder(d), decoder: decoder(d), optimizer: adam, random: rnd(d) });
const odd = (text: string): Expression => ({ is: 'odd', text });
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
  ConditionedAugmentation: () => call('transforms/conditionedAugmentation', { classes: 3 }),
  Plateau: () => call('run/reduceOnPlateau', { metric: 'loss', goal: 'min', patience: 2, from: 0.1 }),
};

/** Valid arguments of functions whose arguments must agree with each other, or mean more than their types say. */
export const exampleCalls: Readonly<Record<string, (d: Draw) => readonly Written[]>> = {
  'index/sequential': (d) => [[mlp(d, 4, 3), mlp(d, 3, 2)]],
  'index/createGaussianEncoder': (d) => [mlp(d, 4, 4), { latentSize: 2 }],
  'index/createDecoder': (d) => [mlp(d, 2, 4), { likelihood: exported('bernoulli') }],
  'index/createGenerator': (d) => [mlp(d, 2, 4), { latentSize: 2, prior: exported('gaussianPrior') }],
  'index/createDiscriminator': (d) => [mlp(d, 4, 1)],
  'index/createConditionalPrior': (d) => [
    call('embedding', { classes: 3, size: 4, random: rnd(d) }),
    { latentSize: 2 },
  ],
  'index/createHierarchicalEncoder': (d) => [[mlp(d, 4, 4)], { latentSizes: [2] }],
  'index/createHierarchicalPrior': (d) => [[mlp(d, 1, 2)], { latentSizes: [1, 1], top: exported('gaussianPrior') }],
  'index/createFlowPrior': (d) => [{ latentSize: 2, layers: 2, width: 3, random: rnd(d) }],
  'index/mlp': (d) => [{ sizes: [3, 4], activation: exported('tanh'), random: rnd(d) }],
  'index/unet': (d) => [
    {
      channels: 1,
      widths: [2],
      blocks: 1,
      groups: 1,
      timeSize: 2,
      classes: 2,
      attention: [0],
      dropoutRate: 0.1,
      random: rnd(d),
    },
  ],
  'index/unet1d': (d) => [{ channels: 1, widths: [2], blocks: 1, groups: 1, timeSize: 2, classes: 2, random: rnd(d) }],
  'index/dit': (d) => [
    { size: 4, channels: 1, width: 4, depth: 1, heads: 2, patch: 2, timeSize: 2, classes: 2, random: rnd(d) },
  ],
  'index/ditBlock': (d) => [{ inputs: 4, heads: 2, conditionSize: 3, dropoutRate: 0.1, random: rnd(d) }],
  'index/residualBlock': (d) => [
    { inputs: 2, filters: 2, groups: 1, conditionSize: 3, dropoutRate: 0.1, random: rnd(d) },
  ],
  'index/convEncoder': (d) => [{ shape: [4, 4, 1], widths: [2], outputs: 2, random: rnd(d) }],
  'index/convDecoder': (d) => [{ inputs: 2, shape: [4, 4, 1], widths: [2], random: rnd(d) }],
  'index/dcganGenerator': (d) => [{ latentSize: 2, shape: [8, 8, 1], width: 1, classes: 2, random: rnd(d) }],
  'index/dcganDiscriminator': (d) => [{ shape: [8, 8, 1], width: 1, classes: 2, random: rnd(d) }],
  'index/withCondition': (d) => [mlp(d, 6, 4), call('embedding', { classes: 3, size: 2, random: rnd(d) })],
  'index/addNoise': (d) => [
    method(rnd(d), 'normal', [3, 4]),
    method(rnd(d), 'normal', [3, 4]),
    method(rnd(d), 'integers', [3], 0, 6),
    schedule,
  ],
  'index/denoisingTarget': (d) => [
    method(rnd(d), 'normal', [3, 4]),
    method(rnd(d), 'normal', [3, 4]),
    method(rnd(d), 'integers', [3], 0, 6),
    { schedule, predicts: exported('predictVelocity') },
  ],
  'index/elbo': (d) => [
    {
      x: method(rnd(d), 'uniform', [3, 4], 0, 1),
      parameters: method(rnd(d), 'normal', [3, 4]),
      likelihood: exported('bernoulli'),
      posterior: { mean: method(rnd(d), 'normal', [3, 2]), logVariance: method(rnd(d), 'normal', [3, 2]) },
    },
  ],
  'index/imageGrid': (d) => [method(rnd(d), 'uniform', [4, 2, 2, 1], 0, 1), { columns: 2, gap: 1, background: 0.5 }],
  'index/sampleDdim': (d) => [
    denoiser(d),
    { shape: [2, 4], steps: 2, random: rnd(d), clip: [-1, 1], eta: 0.5, batchSize: 2 },
  ],
  'index/sampleDdpm': (d) => [denoiser(d), { shape: [2, 4], steps: 2, random: rnd(d) }],
  'index/sampleHeun': (d) => [denoiser(d), { shape: [2, 4], steps: 2, random: rnd(d) }],
  'index/sampleDpmSolver': (d) => [denoiser(d), { shape: [2, 4], steps: 2, random: rnd(d) }],
  'index/sampleDiffusion': (d) => [denoiser(d), exported('heunSolver'), { shape: [2, 4], steps: 2, random: rnd(d) }],
  'index/sampleConsistency': (d) => [denoiser(d), { shape: [2, 4], steps: 2, random: rnd(d) }],
  'index/invertDdim': (d) => [denoiser(d), method(rnd(d), 'uniform', [2, 4], -1, 1), { steps: 2, iterations: 1 }],
  'index/train': (d) => [vaeTrainer(d), [method(rnd(d), 'uniform', [3, 4], 0, 1)], { steps: 2, reportEvery: 1 }],
  'index/fit': (d) => [
    vaeTrainer(d),
    [method(rnd(d), 'uniform', [3, 4], 0, 1)],
    { steps: 2, reportEvery: 1, yieldEvery: 5 },
  ],
  'index/batches': (d) => [method(rnd(d), 'uniform', [6, 4], 0, 1), { batchSize: 2, random: rnd(d), dropLast: true }],
  'index/createVampPrior': (d) => [encoder(d), { inputs: method(rnd(d), 'uniform', [2, 4], 0, 1), range: [0, 1] }],
  'tokens/createTokenModel': (d) => [transformer(d, true), { tokens: 4, length: 3, end: 3 }],
  'tokens/createMaskedModel': (d) => [transformer(d, false), { tokens: 4, length: 3, end: 3 }],
  'tokens/continueTokens': (d) => [
    tokenModel(d),
    odd('Int32Array.of(1, 2)'),
    { count: 1, random: rnd(d), temperature: 1, topP: 0.9 },
  ],
  'tokens/sampleCodes': (d) => [examplesOf['CodePrior']!(d), 2, { random: rnd(d) }],
  'tokens/characters': () => ['banana', { end: true }],
  'tokens/codeUsage': (d) => [method(rnd(d), 'integers', [4], 0, 4), { codes: 4 }],
  'tables/describeTable': () => [tableRows, { kinds: { count: 'integer' } }],
  'tables/encodeTable': () => [description, tableRows],
  'tables/decodeTable': () => [description, call('tables/encodeTable', description, tableRows)],
  'tables/sampleTable': (d) => [tableModel(d), 2, { random: rnd(d), steps: 2, known: { country: 'Kenya' } }],
  'tables/tableReport': (d) => [tableRows, tableRows, { heldOut: tableRows, random: rnd(d), target: 'open' }],
  'tables/columnsLikelihood': () => [description, { minLogVariance: -4 }],
  'onnx/saveOnnx': (d) => [mlp(d, 2, 3), { inputs: { x: [2] }, half: true }],
  'model/saveModel': (d) => [mlp(d, 2, 3), { dtype: 'F16', metadata: { a: 1 } }],
  'model/loadModel': (d) => [call('model/saveModel', mlp(d, 2, 3)), { as: 'network', maxBytes: 1e6 }],
  'model/describeModel': (d) => [call('model/saveModel', mlp(d, 2, 3))],
  'model/definePart': () => ['own/layer', own('byHand')],
  'index/loadWeights': (d) => [mlp(d, 2, 3), call('saveWeights', mlp(d, 2, 3))],
  'index/loadCheckpoint': (d) => [vaeTrainer(d), call('saveCheckpoint', vaeTrainer(d))],
  'index/describeCheckpoint': (d) => [call('saveCheckpoint', vaeTrainer(d))],
  'pytorch/loadStateDict': (d) => [mlp(d, 2, 3), call('pytorch/saveStateDict', mlp(d, 2, 3)), { strict: true }],
  'testing/checkLikelihood': (d) => [
    exported('bernoulli'),
    {
      x: method(rnd(d), 'uniform', [2, 2], 0, 1),
      parameters: method(rnd(d), 'normal', [2, 2]),
      random: rnd(d),
      samples: 20,
    },
  ],
  'testing/checkExercise': (d) => [own('ownExercise', d.pick(['values', 'gradients'])), { solution: own('ownAnswer'), stub: own('ownStub') }],
  'testing/grade': (d) => [own('ownExercise', d.pick(['values', 'gradients'])), own(d.pick(['ownAnswer', 'ownStub'])), { hint: 2 }],
  'metrics/sharpness': (d) => [method(rnd(d), 'uniform', [2, 4, 4, 1], 0, 1)],
};
