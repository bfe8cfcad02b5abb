import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, test } from 'vitest';
import * as browser from '../../src/browser/index.js';
import * as grading from '../../src/grading/index.js';
import * as g from '../../src/index.js';
import * as layers from '../../src/layers/index.js';
import * as logs from '../../src/logs/index.js';
import * as metrics from '../../src/metrics/index.js';
import * as music from '../../src/music/index.js';
import * as models from '../../src/model/index.js';
import * as node from '../../src/node/index.js';
import * as onnx from '../../src/onnx/index.js';
import * as pytorch from '../../src/pytorch/index.js';
import * as recording from '../../src/record/index.js';
import * as run from '../../src/run/index.js';
import * as tables from '../../src/tables/index.js';
import * as testing from '../../src/testing/index.js';
import * as tokens from '../../src/tokens/index.js';
import * as transforms from '../../src/transforms/index.js';
import * as wasm from '../../src/wasm/index.js';
import { tinyDescription, tinyRows, tinyTableModel } from '../tables/tiny-table.js';
import { memoryStore } from '../run/memory-store.js';
import { inScope } from '../support/in-scope.js';
import { keepGradient } from '../support/keep-gradient.js';
import { factories } from './factories.js';

inScope();
keepGradient('SquaredDifference');

/** Where functions write that accept the options. */
const written = mkdtempSync(join(tmpdir(), 'tfjs-generative-written-'));
afterAll(() => rmSync(written, { recursive: true, force: true }));

const random = g.createRandom(1);
const schedule = g.cosineSchedule({ steps: 4 });
const network = (inputs: number, units: number): g.Network => g.mlp({ sizes: [inputs, units], random });
const x = (): Tensor => tf.tensor2d([[0.5, 0, 0.2, 0.1], [0.3, 0.7, 0.5, 0], [0.1, 0.2, 0.9, 1]]); // prettier-ignore
const images = (): Tensor => tf.fill([2, 4, 4, 1], 0.5);
const encoder = () => g.createGaussianEncoder(network(4, 4), { latentSize: 2 });
const decoder = () => g.createDecoder(network(2, 4), { likelihood: g.bernoulli });
const generator = () => g.createGenerator(network(2, 4), { latentSize: 2 });
const discriminator = () => g.createDiscriminator(network(4, 1));
const denoiser = () => g.createDenoiser(network(4, 4), { schedule, predicts: g.predictVelocity });
const adam = () => g.createAdam({ learningRate: 1e-3 });
const vae = () => g.createVaeTrainer({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random });
const mixture = () => g.createMixturePrior({ components: 2, latentSize: 2, random });
const posterior = () => ({ mean: tf.ones([3, 2]), logVariance: tf.zeros([3, 2]) });
/** A trainer whose step is soon recorded. */
const small = () => {
  const part = network(4, 4);
  return g.createTrainer({
    name: 'small',
    parts: { network: part },
    optimizer: adam(),
    random,
    loss: ({ x: rows, options }) => ({ loss: tf.mean(tf.square(part.apply(rows, options))) }),
  });
};
const port = (): run.RunPort => ({ postMessage: () => undefined, addEventListener: () => undefined, removeEventListener: () => undefined }); // prettier-ignore
const diffusion = () => ({ denoiser: denoiser(), optimizer: adam(), random });
const student = () => ({ student: denoiser(), optimizer: adam(), random });
const gan = () => ({ generator: generator(), discriminator: discriminator(), loss: g.hingeLoss, optimizers: { generator: adam(), discriminator: adam() }, random }); // prettier-ignore
const bytesOfVae = (): Promise<Uint8Array> => g.saveCheckpoint(vae());
const exercise = testing.defineExercise({
  name: 'one',
  inputs: () => ({ a: new Float32Array([1]) }),
  mistakes: {},
  hints: ['a', 'b', 'c'],
  checks: [{ kind: 'values', points: 1 }],
  reference: ({ a }: { readonly a: Float32Array }) => a,
} as never);

const size = { tokens: 4, length: 3 };
const transformer = () => tokens.transformer({ ...size, width: 4, heads: 2, layers: 1, random });
const tokenModel = () => tokens.createTokenModel(transformer(), size);
/** A token model with few variables, each of which a check differentiates. */
const tinyTokenModel = () => {
  const tiny = { tokens: 2, length: 2 };
  return tokens.createTokenModel(tokens.transformer({ ...tiny, width: 2, heads: 1, layers: 1, random }), tiny);
};
const quantizer = () => tokens.finiteScalarQuantizer({ levels: [2, 2] });
const codePrior = () => tokens.createCodePrior(tokenModel(), { quantizer: quantizer(), shape: [3, 2] });

/** What is read of a layers model. */
const layersModel = { apply: () => undefined, inputs: [{ shape: [null, 4] }], weights: [], trainableWeights: [], layers: [], dispose: () => undefined } as never; // prettier-ignore

/** A public function that takes options, as a function of them, and the options that it needs. */
type Row = readonly [call: (options: never) => unknown, needed?: () => object];

const tune: music.Tune = { title: 'a', metre: '4/4', sharps: 0, notes: [{ pitch: 60, length: 96 }] };

const own: Readonly<Record<string, Row>> = {
  encodeTunes: [(o) => music.encodeTunes([tune], o), () => ({ vocabulary: music.noteVocabulary([tune]), length: 2 })],
  noteTimes: [
    (o) => music.noteTimes(tf.zeros([1, 2], 'int32'), tf.zeros([1], 'int32'), o),
    () => ({ vocabulary: music.noteVocabulary([tune]) }),
  ],
  quantizeNotes: [(o) => music.quantizeNotes([{ pitch: 60, start: 0, end: 1 }], o)],
  readMidi: [(o) => music.readMidi(music.writeMidi(tune), o)],
  transposeTune: [(o) => music.transposeTune(tune, o), () => ({ semitones: 1 })],
  writeMidi: [(o) => music.writeMidi(tune, o)],
  accumulateGradients: [(o) => run.accumulateGradients(adam(), o), () => ({ batches: 2 })],
  activeUnits: [(o) => g.activeUnits(x(), o)],
  attention: [g.attention, () => ({ inputs: 4, random })],
  batches: [(o) => g.batches(x(), o), () => ({ batchSize: 2 })],
  batchNorm: [g.batchNorm, () => ({ inputs: 4 })],
  browserStore: [browser.browserStore],
  categorical: [g.categorical, () => ({ classes: 3 })],
  characters: [(o) => tokens.characters('abc', o)],
  checkClose: [(o) => testing.checkClose(x(), x(), o)],
  checkGradients: [(o) => testing.checkGradients((a) => tf.square(a), [x()], o)],
  checkLikelihood: [(o) => testing.checkLikelihood(g.bernoulli, o), () => ({ x: x(), parameters: x(), random })],
  checkNetwork: [(o) => testing.checkNetwork(network(4, 2), o), () => ({ input: x() })],
  checkPrior: [(o) => testing.checkPrior(g.gaussianPrior, o), () => ({ z: tf.ones([2, 1]), random })],
  checkQuantizer: [(o) => testing.checkQuantizer(quantizer(), o), () => ({ h: tf.ones([2, 2]), random })],
  checkTokenModel: [
    (o) => testing.checkTokenModel(tinyTokenModel(), o),
    () => ({ indices: tf.zeros([2, 2], 'int32'), random, samples: 100 }),
  ],
  checkTrainer: [(o) => testing.checkTrainer(vae, o), () => ({ batches: [x(), x(), x()] })],
  columnsLikelihood: [(o) => tables.columnsLikelihood(tinyDescription, o)],
  bitsPerToken: [(o) => tokens.bitsPerToken(tokenModel(), { data: new Int32Array(3), shape: [1, 3] }, o)],
  codeUsage: [(o) => tokens.codeUsage(tf.zeros([2, 3], 'int32'), o), () => ({ codes: 4 })],
  conditionedAugmentation: [transforms.conditionedAugmentation, () => ({ classes: 2, flip: true })],
  connectRun: [(o) => run.connectRun(port(), o)],
  conv1d: [g.conv1d, () => ({ inputs: 1, filters: 2, kernelSize: 3, random })],
  conv1dTranspose: [g.conv1dTranspose, () => ({ inputs: 1, filters: 2, kernelSize: 4, random })],
  conv2d: [g.conv2d, () => ({ inputs: 1, filters: 2, kernelSize: 3, random })],
  conv2dTranspose: [g.conv2dTranspose, () => ({ inputs: 1, filters: 2, kernelSize: 4, random })],
  convDecoder: [g.convDecoder, () => ({ inputs: 2, shape: [4, 4, 1], widths: [2], random })],
  crossAttention: [g.crossAttention, () => ({ inputs: 4, context: 3, random })],
  continueTokens: [(o) => tokens.continueTokens(tokenModel(), [0], o), () => ({ count: 2, random })],
  convEncoder: [g.convEncoder, () => ({ shape: [4, 4, 1], widths: [2], outputs: 2, random })],
  consistencyDistillation: [g.consistencyDistillation, () => ({ teacher: denoiser() })],
  cosineDecay: [g.cosineDecay, () => ({ from: 1, to: 0, steps: 4 })],
  createAdam: [g.createAdam, () => ({ learningRate: 1e-3 })],
  createCodebook: [tokens.createCodebook, () => ({ codes: 4, size: 2, random })],
  createCodePrior: [(o) => tokens.createCodePrior(tokenModel(), o), () => ({ quantizer: quantizer(), shape: [3, 2] })],
  createConsistencyTrainer: [g.createConsistencyTrainer, student],
  createDecoder: [(o) => g.createDecoder(network(2, 4), o), () => ({ likelihood: g.bernoulli })],
  createDenoiser: [(o) => g.createDenoiser(network(4, 4), o), () => ({ schedule, predicts: g.predictNoise })],
  createDiffusionTrainer: [g.createDiffusionTrainer, diffusion],
  createGanTrainer: [g.createGanTrainer, gan],
  createGaussianEncoder: [(o) => g.createGaussianEncoder(network(4, 4), o), () => ({ latentSize: 2 })],
  createGenerator: [(o) => g.createGenerator(network(2, 4), o), () => ({ latentSize: 2 })],
  createHierarchicalEncoder: [(o) => g.createHierarchicalEncoder([network(4, 4)], o), () => ({ latentSizes: [2] })],
  createLog: [logs.createLog, () => ({ writers: [logs.csvWriter(logs.memoryFile())] })],
  createMaskedModel: [(o) => tokens.createMaskedModel(transformer(), o), () => size],
  createPace: [run.createPace, () => ({ total: 2 })],
  createPriorSampler: [(o) => g.createPriorSampler(decoder(), o), () => ({ latentSize: 2 })],
  createPriorTrainer: [g.createPriorTrainer, () => ({ prior: mixture(), encoder: encoder(), optimizer: adam(), random })], // prettier-ignore
  createQuantizedEncoder: [(o) => tokens.createQuantizedEncoder(network(4, 2), o), () => ({ quantizer: quantizer() })],
  createRun: [(o) => run.createRun(vae(), [x()], o), () => ({ epochs: 1 })],
  createTableModel: [tables.createTableModel, () => ({ description: tinyDescription, width: 4, random })],
  createTableTrainer: [tables.createTableTrainer, () => ({ model: tinyTableModel(), optimizer: adam(), random })],
  createTokenModel: [(o) => tokens.createTokenModel(transformer(), o), () => size],
  createTokenTrainer: [tokens.createTokenTrainer, () => ({ model: tokenModel(), optimizer: adam(), random })],
  createTrainer: [g.createTrainer, () => ({ name: 'own', parts: { network: network(4, 1) }, optimizer: adam(), random, loss: () => ({ loss: tf.scalar(0) }) })], // prettier-ignore
  createVaeTrainer: [g.createVaeTrainer, () => ({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random })],
  csvWriter: [(o) => logs.csvWriter(logs.memoryFile(), o)],
  cyclical: [g.cyclical, () => ({ from: 0, to: 1, steps: 4 })],
  dataVerdicts: [g.dataVerdicts],
  dcganDiscriminator: [g.dcganDiscriminator, () => ({ shape: [8, 8, 1], width: 2, random })],
  dcganGenerator: [g.dcganGenerator, () => ({ latentSize: 2, shape: [8, 8, 1], width: 2, random })],
  ddimSolver: [g.ddimSolver],
  ddimStep: [g.ddimStep, () => ({ xt: x(), estimate: x(), from: 2, to: 1, schedule })],
  ddpmPosterior: [g.ddpmPosterior, () => ({ xt: x(), estimate: x(), t: 2, schedule })],
  ddpmSolver: [g.ddpmSolver],
  denoisingMlp: [g.denoisingMlp, () => ({ size: 2, width: 4, random })],
  denoisingTarget: [(o) => g.denoisingTarget(x(), x(), tf.tensor1d([0, 1, 2], 'int32'), o), () => ({ schedule, predicts: g.predictNoise })], // prettier-ignore
  decayOverTime: [run.decayOverTime, () => ({ minutes: 1, from: 1 })],
  dense: [g.dense, () => ({ inputs: 2, units: 3, random })],
  densityCoverage: [(o) => metrics.densityCoverage(x(), x(), o), () => ({ neighbours: 1 })],
  describeTable: [(o) => tables.describeTable(tinyRows, o)],
  diffusionModel: [(o) => g.createTrainer(g.diffusionModel(o) as never), diffusion],
  discretizedLogistic: [g.discretizedLogistic, () => ({ levels: 4 })],
  dpmSolverStep: [g.dpmSolverStep, () => ({ xt: x(), estimate: x(), from: 2, to: 1, schedule })],
  dit: [g.dit, () => ({ size: 4, channels: 1, width: 4, depth: 1, random })],
  ditBlock: [g.ditBlock, () => ({ inputs: 4, conditionSize: 3, random })],
  dropout: [g.dropout, () => ({ rate: 0.5 })],
  elbo: [g.elbo, () => ({ x: x(), parameters: x(), likelihood: g.bernoulli, posterior: posterior() })],
  elboObjective: [g.elboObjective],
  embedding: [g.embedding, () => ({ classes: 3, size: 2, random })],
  enableWasmTraining: [wasm.enableWasmTraining],
  encodePng: [(o) => node.encodePng(tf.zeros([2, 2, 1]), o)],
  easyConsistency: [g.easyConsistency],
  estimateLogLikelihood: [(o) => g.estimateLogLikelihood({ encoder: encoder(), decoder: decoder() }, x(), o), () => ({ samples: 2, random })], // prettier-ignore
  exportRun: [(o) => pytorch.exportRun(small(), o), () => ({ data: x(), batchSize: 2, folder: memoryStore().store })],
  fetchModel: [(o) => models.fetchModel('http://localhost:1/m', o)],
  fetchModelBytes: [(o) => models.fetchModelBytes('http://localhost:1/m', o)],
  finiteScalarQuantizer: [tokens.finiteScalarQuantizer, () => ({ levels: [2, 2] })],
  fit: [(o) => g.fit(vae(), [x()], o), () => ({ epochs: 1 })],
  frechetDistance: [(o) => metrics.frechetDistance(x(), x(), o)],
  freeze: [(o) => g.freeze(network(2, 2), o)],
  fromLayersModel: [(o) => layers.fromLayersModel(layersModel, o)],
  ganModel: [(o) => g.createTrainer(g.ganModel(o) as never), gan],
  gaussian: [g.gaussian, () => ({ variance: 1 })],
  gaussianNoise: [g.gaussianNoise, () => ({ standardDeviation: 0.5 })],
  grade: [(o) => testing.grade(exercise, () => 1, o)],
  gradeReadings: [(o) => testing.gradeReadings(exercise, () => Promise.resolve([]), o)],
  gradeSubmission: [(o) => grading.gradeSubmission(exercise, 'missing.ts', o)],
  gradeToFile: [(o) => grading.gradeToFile(exercise, 'missing.ts', join(written, 'missing.json'), grading.junit, o)],
  gradientPenalty: [(o) => g.gradientPenalty(discriminator(), x(), x(), o), () => ({ mix: random, target: 1 })],
  groupNorm: [g.groupNorm, () => ({ inputs: 8 })],
  imageGrid: [(o) => g.imageGrid(images(), o), () => ({ columns: 1 })],
  imagesFrom: [(o) => browser.imagesFrom([], o)],
  importRun: [(o) => pytorch.importRun(vae(), memoryStore().store, o)],
  importanceWeightedObjective: [g.importanceWeightedObjective, () => ({ samples: 2 })],
  interpolate: [(o) => g.interpolate(tf.ones([2]), tf.zeros([2]), o), () => ({ steps: 2, path: g.linearPath })],
  invertDdim: [(o) => g.invertDdim(denoiser(), x(), o)],
  keepCheckpoints: [run.keepCheckpoints, () => ({ store: memoryStore().store })],
  labelledImagesFrom: [(o) => browser.labelledImagesFrom({}, o)],
  latentGrid: [g.latentGrid, () => ({ columns: 2, rows: 2 })],
  latentKl: [(o) => g.latentKl({ z: tf.ones([3, 2]), logProb: tf.zeros([3]) }, undefined, o)],
  layerNorm: [g.layerNorm, () => ({ inputs: 4 })],
  learnedGaussian: [g.learnedGaussian],
  linearRamp: [g.linearRamp, () => ({ from: 0, to: 1, steps: 4 })],
  loadCheckpoint: [async (o) => g.loadCheckpoint(vae(), await bytesOfVae(), o)],
  loadWeights: [async (o) => g.loadWeights(network(4, 2), await g.saveWeights(network(4, 2)), o)],
  loadModel: [async (o) => models.loadModel(await models.saveModel(network(4, 2)), o)],
  loadStateDict: [async (o) => pytorch.loadStateDict(network(4, 2), await pytorch.saveStateDict(network(4, 2)), o)],
  logNormalTimesteps: [(o) => g.logNormalTimesteps(schedule, o)],
  logSnrTimesteps: [(o) => g.logSnrTimesteps(schedule, o), () => ({ steps: 2 })],
  mergeRuns: [async (o) => pytorch.mergeRuns({ before: await bytesOfVae(), after: [await bytesOfVae()] }, o)],
  minibatchStddev: [g.minibatchStddev],
  minSnrWeighting: [g.minSnrWeighting],
  mlp: [g.mlp, () => ({ sizes: [2, 3], random })],
  nearestNeighbours: [(o) => metrics.nearestNeighbours(x(), x(), o)],
  withPicture: [(o) => g.withPicture(network(4, 4), o), () => ({ channels: 2 })],
  withNamedCondition: [(o) => g.withNamedCondition(network(4, 4), o), () => ({ name: 'kind' })],
  patchwise: [(o) => g.patchwise(network(4, 4), o)],
  padSequences: [(o) => tokens.padSequences([Int32Array.of(1)], o), () => ({ length: 2 })],
  precisionRecall: [(o) => metrics.precisionRecall(x(), x(), o), () => ({ neighbours: 1 })],
  randomAffine: [transforms.randomAffine],
  randomCrop: [transforms.randomCrop, () => ({ height: 2, width: 2 })],
  readImages: [(o) => node.readImages([], o)],
  readLabelledImages: [(o) => node.readLabelledImages('missing', o)],
  readPng: [(o) => node.readPng('missing.png', o)],
  record: [(o) => recording.record(({ x: given }) => tf.neg(given!), o), () => ({ inputs: { x: { shape: [2] } } })],
  recordStep: [(o) => recording.recordStep(vae(), x(), o)],
  reduceOnPlateau: [run.reduceOnPlateau, () => ({ metric: 'elbo', goal: 'max', patience: 1, from: 1 })],
  reshape: [g.reshape, () => ({ shape: [2, 2] })],
  residualBlock: [g.residualBlock, () => ({ inputs: 8, filters: 8, random })],
  sampleConsistency: [(o) => g.sampleConsistency(denoiser(), o), () => ({ shape: [3, 4], random })],
  sampleDiffusion: [(o) => g.sampleDiffusion(denoiser(), g.heunSolver, o), () => ({ shape: [3, 4], random })],
  sampleCodes: [(o) => tokens.sampleCodes(codePrior(), 2, o), () => ({ random })],
  sampleTable: [(o) => tables.sampleTable(tinyTableModel(), 2, o), () => ({ random, steps: 1 })],
  saveCheckpoint: [(o) => g.saveCheckpoint(vae(), o)],
  saveFile: [(o) => node.saveFile(join(written, 'file'), new Uint8Array(1), o)],
  saveOnnx: [(o) => onnx.saveOnnx(network(4, 2), o)],
  saveStateDict: [(o) => pytorch.saveStateDict(network(4, 2), o)],
  saveWeights: [(o) => g.saveWeights(network(4, 2), o)],
  sampleShortcut: [(o) => g.sampleShortcut(g.createDenoiser(g.denoisingMlp({ size: 4, width: 2, stepSizes: 2, random }), { schedule, predicts: g.predictVelocity }), o), () => ({ shape: [3, 4], random })], // prettier-ignore
  shortcut: [g.shortcut],
  sigmoidWeighting: [g.sigmoidWeighting],
  smoothedLoss: [g.smoothedLoss, () => ({ realTarget: 0.9 })],
  spectralNorm: [(o) => g.spectralNorm(g.dense({ inputs: 2, units: 2, random }), o)],
  startWasm: [wasm.startWasm],
  stateDictEntries: [(o) => pytorch.stateDictEntries(network(4, 2), o)],
  stopAfter: [run.stopAfter, () => ({ minutes: 1 })],
  stopEarly: [run.stopEarly, () => ({ metric: 'elbo', goal: 'max', patience: 1 })],
  tableReport: [(o) => tables.tableReport(tinyRows, tinyRows, o), () => ({ heldOut: tinyRows, random })],
  terminalProgress: [node.terminalProgress, () => ({ total: 1 })],
  textEncoder: [g.textEncoder, () => ({ tokens: 4, length: 3, width: 4, random })],
  timeEmbedding: [g.timeEmbedding, () => ({ size: 4 })],
  train: [(o) => g.train(vae(), [x()], o).next(), () => ({ epochs: 1 })],
  traverse: [(o) => g.traverse(tf.ones([3]), o), () => ({ dimension: 1, steps: 2 })],
  transformer: [tokens.transformer, () => ({ ...size, width: 4, heads: 2, layers: 1, random })],
  unet1d: [g.unet1d, () => ({ channels: 1, widths: [8], random })],
  unet: [g.unet, () => ({ channels: 1, widths: [8], random })],
  upsample: [g.upsample],
  upsample1d: [g.upsample1d],
  vaeModel: [
    (o) => g.createTrainer(g.vaeModel(o) as never),
    () => ({ encoder: encoder(), decoder: decoder(), optimizer: adam(), random }),
  ],
  logDensity: [(o) => g.logDensity(denoiser(), x(), o), () => ({ random, steps: 2 })],
  variationalBound: [(o) => g.variationalBound(denoiser(), x(), o), () => ({ random })],
  windows: [(o) => tokens.windows(Int32Array.of(1, 2, 3), o), () => ({ length: 2 })],
  withClip: [(o) => g.withClip(denoiser(), o)],
  withGradient: [(o) => g.withGradient(denoiser(), o), () => ({ loss: (x: tf.Tensor) => tf.sum(x, 1) })],
  withGuidance: [(o) => g.withGuidance(denoiser(), o)],
  withTimesteps: [(o) => g.withTimesteps(g.withScaleAndShift(network(4, 4), network(4, 8)), o), () => ({ time: g.timeEmbedding({ size: 4 }) })], // prettier-ignore
  writePng: [(o) => node.writePng(join(written, 'a.png'), tf.zeros([2, 2, 1]), o)],
};

/** The beginning of our errors. */
const OURS = /^([\w.]+): `(?:options\.)?([^`]*)`/;

/** The rest, such as priors and samplers, has its rows in lists of its kinds. */
const rows: Readonly<Record<string, Row>> = {
  ...Object.fromEntries(Object.entries(factories()).filter(([name]) => /^\w+$/.test(name))),
  ...own,
};

/** Values that no option accepts. */
const foreign: readonly unknown[] = [null, new (class Foreign {})()];

/** Values that some options accept. */
const unlikely: readonly unknown[] = ['one', -1, 0.5, NaN, 2, 7, true, [], [3, 'x'], () => undefined, {}]; // prettier-ignore

/** Options that are not compared, besides `conditions`: any record or JSON value, null for none, a clock, or an iterable that is read later. */
const open: Readonly<Record<string, readonly string[]>> = {
  connectRun: ['settings', 'transfer'],
  createConsistencyTrainer: ['dropCondition'],
  createDiffusionTrainer: ['dropCondition'],
  createTrainer: ['averages', 'settings', 'optimizers'],
  describeTable: ['kinds'],
  diffusionModel: ['dropCondition'],
  exportRun: ['players'],
  fetchModel: ['headers'],
  fetchModelBytes: ['headers'],
  fit: ['validation', 'callbacks'],
  gradeSubmission: ['packages'],
  gradeToFile: ['packages'],
  keepCheckpoints: ['run', 'metadata'],
  loadCheckpoint: ['data', 'validation', 'observers'],
  loadStateDict: ['names'],
  saveCheckpoint: ['data', 'validation', 'observers', 'metadata'],
  record: ['inputs', 'state'],
  recordStep: ['players'],
  saveOnnx: ['inputs', 'names'],
  saveStateDict: ['names', 'metadata'],
  saveWeights: ['metadata'],
  stateDictEntries: ['names'],
  sampleTable: ['known'],
  terminalProgress: ['label'],
  train: ['validation'],
};

/** Functions that train or measure for a second, whose unlikely options other tests have. */
const costly = ['checkTokenModel', 'checkTrainer', 'exportRun', 'tableReport'];

/** Functions that read more than their options without a list of keys: a denoiser, or the options of a network. */
const unlisted = ['denoisingTarget', 'latentKl'];

async function messageOf(work: () => unknown): Promise<string | undefined> {
  try {
    const result: unknown = await work();
    void result;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** The names of all options, which the error about an unknown key lists. */
async function optionsOf([call, needed]: Row): Promise<string[]> {
  const message = await messageOf(() => call({ ...needed?.(), unknownOption: 1 } as never));
  const [, list] = /must be an object with the keys ([\w, ]+)/.exec(message ?? '') ?? [];
  return list?.split(', ') ?? [];
}

test('the table has each public function with options', () => {
  const reports = readdirSync('api').map((file) => readFileSync(`api/${file}`, 'utf8'));
  const names = reports.flatMap((report) =>
    [...report.matchAll(/^export (?:function|const) (\w+)[^\n]*options\??: /gm)].map(([, name]) => name!),
  );
  expect([...new Set(names)].sort()).toEqual(Object.keys(rows).sort());
});

describe.each(Object.entries(rows))('%s', (name, row) => {
  const [call, needed] = row;

  test('accepts the options of the table', async () => {
    const message = await messageOf(() => call({ ...needed?.() } as never));
    const [, , argument = ''] = OURS.exec(message ?? '') ?? [];
    expect(['options', ...(await optionsOf(row))]).not.toContain(argument);
  });

  test('names itself and the option if an option is wrong', async () => {
    const mistakes: string[] = [];
    const options = await optionsOf(row);
    if (!unlisted.includes(name)) expect(options).not.toEqual([]);
    for (const option of options.filter((one) => !(one === 'conditions' || open[name]?.includes(one)))) {
      for (const value of costly.includes(name) ? foreign : [...foreign, ...unlikely]) {
        const message = await messageOf(() => call({ ...needed?.(), [option]: value } as never));
        const isForeign = foreign.includes(value);
        const [, caller, argument] = OURS.exec(message ?? '') ?? [];
        const isNamed = caller === name && (!isForeign || argument!.split(/[.[]/)[0] === option);
        if (message === undefined ? isForeign : !isNamed)
          mistakes.push(`${option}: ${String(JSON.stringify(value))}: ${message}`);
      }
    }
    expect(mistakes).toEqual([]);
  });
});
