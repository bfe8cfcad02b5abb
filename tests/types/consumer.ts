// Compiled against the packed types under strict flags, as an ES module and as CommonJS: what must compile, and what must not.
import * as tf from '@tensorflow/tfjs-core';
import { describeTable, readRow } from 'tfjs-generative/tables';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createPriorSampler,
  createRandom,
  createTrainer,
  createVaeTrainer,
  elbo,
  fit,
  ganModel,
  ganVerdicts,
  gaussianKl,
  imageGrid,
  klPerDimension,
  latentGrid,
  mlp,
  readMetrics,
  saveCheckpoint,
  saveWeights,
  ShapeError,
  traverse,
  train,
  type ApplyOptions,
  type Batch,
  type DiagonalGaussian,
  type GanMetric,
  type GanTrainerOptions,
  type Generator,
  type Json,
  type Likelihood,
  type Network,
  type Observer,
  type PriorSampler,
  type StepCallOptions,
  type TrainOptions,
  type Trainer,
  type VaeMetric,
  type Verdict,
} from 'tfjs-generative';
import { loadModel, type ModelParts } from 'tfjs-generative/model';
import { createRun, stopEarly, stopOn, type RunSettings } from 'tfjs-generative/run';

const random = createRandom(1);
const posterior: DiagonalGaussian = { mean: tf.zeros([2, 3]), logVariance: tf.zeros([2, 3]) };
export const kl: tf.Tensor = gaussianKl(posterior);

// @ts-expect-error a posterior has a log-variance, not a standard deviation
gaussianKl({ mean: tf.zeros([2, 3]), std: tf.ones([2, 3]) });

// A network is anything of its shape, even with an optional property passed on as undefined.
export function wrapped(inner: Network, training?: boolean): Network {
  return {
    variables: inner.variables,
    apply: (input: tf.Tensor, options?: ApplyOptions) => inner.apply(input, { ...options, training }),
    dispose: () => inner.dispose(),
  };
}

const encoder = createGaussianEncoder(mlp({ sizes: [4, 6], random }), { latentSize: 3 });
const decoder = createDecoder(mlp({ sizes: [3, 4], random }), { likelihood: bernoulli });
export const likelihood: Likelihood = decoder.likelihood;

// @ts-expect-error a likelihood is a value, not a string
createDecoder(mlp({ sizes: [3, 4], random }), { likelihood: 'bernoulli' });
// @ts-expect-error randomness is never left out
mlp({ sizes: [3, 4] });

export const terms = elbo({ x: tf.zeros([2, 4]), parameters: tf.zeros([2, 4]), likelihood: bernoulli, posterior });
export const bound: tf.Tensor = terms.elbo;

const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
const data = batches(tf.zeros([8, 4]), { batchSize: 4, random });

declare function expectNumber(value: number): void;

export async function run(): Promise<number> {
  for await (const report of train(trainer, data, { epochs: 1 })) {
    const number: number = report.metrics.elbo;
    // @ts-expect-error a trainer names its metrics
    expectNumber(report.metrics.accuracy);
    if (number > 0) break;
  }
  const metrics = await readMetrics(trainer.step(tf.zeros([4, 4])));
  return metrics.loss + metrics.logLikelihood + metrics.kl;
}

// Observers are values, of the library or of one's own; those of a family's steps may name what they are shown.
const optimizer = createAdam({ learningRate: 1e-3 });
const shown: Observer<{ readonly kl: tf.Tensor }> = { look: ({ kl }, { x }) => ({ kl: tf.add(kl, tf.mean(x)) }) };
const judging: Observer = {
  report: ({ metrics, verdicts }) => (metrics['kl']! > verdicts.length ? [{ kind: 'mine', message: '' }] : []),
};
train(trainer, data, { epochs: 1, observers: [shown, judging, stopOn(({ kind }) => kind === 'posterior collapse')] });
void fit(trainer, data, { epochs: 1, observers: [stopEarly({ metric: 'elbo', goal: 'max', patience: 3 })] });
// @ts-expect-error a verdict has a message
void fit(trainer, data, { epochs: 1, observers: [{ report: () => [{ kind: 'mine' }] }] });
export const judgedGame = (options: GanTrainerOptions): Trainer<GanMetric> =>
  createTrainer({ ...ganModel(options), observers: [ganVerdicts(), judging] });

// A model of one's own has the metrics of its loss.
const loss = ({ x }: { readonly x: tf.Tensor }) => ({ loss: tf.mean(x), size: tf.sum(x) });
const own = createTrainer({ name: 'own', parts: { encoder }, optimizer, random, loss, observers: [judging] });
export const both: Trainer<'loss' | 'size'> = own;
export const fewer: Trainer<'size'> = own;
void fit(own, data, { steps: 1 }).then(({ history }) => history.loss);
void saveCheckpoint(own, { observers: [judging] });
createRun(own, data, { steps: 1, onReport: ({ metrics }) => expectNumber(metrics.loss + metrics.size) });
const play = ({ x }: { readonly x: tf.Tensor }) => ({ left: tf.mean(x), right: tf.sum(x) });
export const ownGame: Trainer<'left' | 'right'> = createTrainer({
  name: 'own',
  parts: { encoder },
  optimizers: { encoder: optimizer },
  random,
  play,
});

// Who does not care about the metrics need not name them.
export const anyTrainer: Trainer = trainer;
export const vaeTrainer: Trainer<VaeMetric> = trainer;
export const anyOptions: TrainOptions = { steps: 1, observers: [stopOn(({ message }: Verdict) => message !== '')] };
train(trainer, data, anyOptions);
export const evaluated = <N extends string>(any: Trainer<N>, batch: Batch) => readMetrics(any.evaluate(batch));
void evaluated(trainer, tf.zeros([4, 4])).then((metrics) => metrics.elbo);

// A trainer that wraps another hands on what that has, and what it has not.
export function counted<N extends string>(inner: Trainer<N>): Trainer<N> & { calls: number } {
  const wrapped = {
    calls: 0,
    step: (batch: Batch, options?: StepCallOptions) => {
      wrapped.calls++;
      return inner.step(batch, options);
    },
    evaluate: inner.evaluate,
    get state() {
      return inner.state;
    },
    restore: inner.restore,
    steps: inner.steps,
    skipped: inner.skipped,
    observers: inner.observers,
    dispose: inner.dispose,
  };
  return wrapped;
}

// The bytes of a file go into a Blob.
export const blob = async () => new Blob([await saveWeights(decoder), await saveCheckpoint(trainer)]);

// The state of a stream is JSON.
export const state: Json = random.state();

// Where the rank is known, tfjs takes the tensor as it is.
export const drawn = () => tf.browser.toPixels(imageGrid(tf.zeros([4, 8, 8, 1]), { columns: 2 }));
export const rows = (): Promise<number[][]>[] => [
  latentGrid({ columns: 2 }).array(),
  traverse(tf.zeros([4]), { dimension: 0, steps: 3 }).array(),
];
export const perDimension = (): Promise<number[]> => klPerDimension(posterior).array();

// Code that shows pictures need not know the family.
export const sampler: PriorSampler = createPriorSampler(decoder, { latentSize: 3, prior: undefined });
export const show = (pictures: Pick<Generator, 'draw'>): tf.Tensor => pictures.draw(16, random);
show(sampler);

export function watch(settings: RunSettings, signal?: AbortSignal): number | undefined {
  const watched = createRun(trainer, data, {
    ...settings,
    signal,
    observers: [stopOn(({ kind }) => kind === 'posterior collapse')],
  });
  // @ts-expect-error a run names its metrics
  watched.subscribe(({ report }) => expectNumber(report!.metrics.accuracy));
  // @ts-expect-error a snapshot is never changed
  watched.snapshot().step = 1;
  return watched.snapshot().report?.metrics.elbo;
}

export const shapeOf = (error: unknown): readonly number[] => (error instanceof ShapeError ? error.received : []);

// What a file must hold says what comes back.
export async function loaded(bytes: Uint8Array): Promise<ModelParts['decoder']> {
  const { encoder, decoder } = await loadModel(bytes, { as: { encoder: 'encoder', decoder: 'decoder' } });
  decoder.mean(encoder.encode(tf.zeros([1, 4])).mean);
  // @ts-expect-error a decoder does not encode
  void decoder.encode;
  // @ts-expect-error there is no such kind of part
  await loadModel(bytes, { as: 'vae' });
  // @ts-expect-error what the file holds is not known
  void (await loadModel(bytes)).decode;
  return loadModel(bytes, { as: 'decoder' });
}

// Rows of d3's readers, and of interfaces, are tables.
interface Trip {
  readonly from: number;
  readonly to: Date | null;
}
declare const trips: readonly Trip[];
declare const parsed: object[] & { readonly columns: readonly string[] };
declare const texts: { [key in string]: string | undefined }[] & { readonly columns: readonly string[] };
export const described = [trips, parsed, texts].map((table) => describeTable(table));
export const values = texts.map((row, i) => readRow(described[0]!, row, i));
// @ts-expect-error a table is no text
describeTable('from,to');
