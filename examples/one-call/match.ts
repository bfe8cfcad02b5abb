import * as tf from '@tensorflow/tfjs-core';
import {
  addNoise,
  consistencyDistillation,
  consistencySolver,
  createAdam,
  createConsistencyTrainer,
  createDiffusionTrainer,
  readMetrics,
  type Batch,
  type BatchSource,
  type Denoiser,
  type RandomStream,
} from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';
import { warmCosine } from '../shared/warm-cosine.js';
import { distributionMatching } from './distribution-matching.js';
import { energyDistances } from './energy-distance.js';

/** The highest learning rates: of the student along paths and towards the distribution, and of the imitator. */
const RATES = { path: 2e-4, matching: 7e-4, imitator: 1.5e-3 };
const [WARM_UP, BETA2] = [50, 0.99];
/** Updates of the imitator for one of the student: if it lags behind, contrasts grow. */
const IMITATIONS = 2;

/** A run from a student. */
interface RunOptions {
  readonly updates: number;
  /** Updates of the whole schedule of learning rates. */
  readonly steps: number;
  /** The decay of the average of the student, which is the result. */
  readonly decay: number;
  /** The weight of the energy distance; 0 is none. */
  readonly energy: number;
}

/** The share of the long run in its result; the rest is the student before, which is better with two and four calls. */
const SHARE = 0.7;
/** Further runs, with the energy distance: how many times as many updates the long run has, and how many short ones there are from each student. */
const FURTHER = { middle: 3.6, short: 9, fromStart: 4, fromLong: 3 };
/** The weights of the last average: together the runs go beyond where the student began. */
const WEIGHTS = { long: 0.24, middle: 0.6, fromStart: 0.24, fromLong: 0.24, start: -0.32 };

/** What {@link matchDistribution} takes. */
export interface MatchingOptions {
  /** The student, trained along the teacher's paths; it ends as the better one. */
  readonly averaged: Denoiser;
  readonly teacher: Denoiser;
  /** Makes a denoiser with the shape of the student, whose weights are replaced. */
  readonly make: () => Denoiser;
  /** Makes a copy of the trained denoiser, which learns to imitate the student. */
  readonly imitator: () => Promise<Denoiser>;
  /** The pictures in batches of a long run, and in larger ones for further runs. */
  readonly sources: { readonly long: BatchSource<Batch>; readonly further: BatchSource<Batch> };
  readonly classes: number;
  /** Updates of the student in the long run. */
  readonly steps: number;
  /** Whether further runs follow. */
  readonly further: boolean;
  readonly random: RandomStream;
}

/**
 * Improves the samples of one call. A long run matches the distribution; further ones also lower the energy distance. Each moves in part by chance,
 * so their weights are averaged, which keeps what they have in common, and the result goes a little further in that direction. Resolves to the
 * seconds that it took, and the updates.
 *
 * @see Wortsman et al. 2022, Model soups, https://arxiv.org/abs/2203.05482
 */
export async function matchDistribution(options: MatchingOptions): Promise<{ seconds: number; updates: number }> {
  const { averaged, sources, steps, further, random } = options;
  const began = performance.now();
  if (steps === 0) return { seconds: 0, updates: 0 };
  const [middle, short] = [Math.ceil(steps / FURTHER.middle), Math.floor(steps / FURTHER.short)];
  const updates = steps + (further ? middle + (FURTHER.fromStart + FURTHER.fromLong) * short : 0);
  const progress = terminalProgress({ total: updates, label: 'matching' });
  let done = 0;
  const run = (from: Weights, source: BatchSource<Batch>, settings: RunOptions, random: RandomStream) =>
    matchOnce({ ...options, from, source, ...settings, random }, (loss) => progress.update(++done, { loss }));

  const start = copyOf(averaged.variables);
  const matched = await run(start, sources.long, { updates: steps, steps, decay: 0.998, energy: 0 }, random);
  const long = mix([
    [matched, SHARE],
    [start, 1 - SHARE],
  ]);
  let result = long;
  if (further) {
    const withEnergy = (from: Weights, updates: number, steps: number, name: string): Promise<Weights> =>
      run(from, sources.further, { updates, steps, decay: 0.995, energy: 0.1 }, random.fork(name));
    const several = async (from: Weights, count: number, name: string): Promise<Weights> => {
      if (short === 0) return from;
      const results: Weights[] = [];
      for (let i = 0; i < count; i++) results.push(await withEnergy(from, short, 4 * short, `${name} ${i}`));
      return mix(results.map((each) => [each, 1 / count]));
    };
    result = mix([
      [long, WEIGHTS.long],
      [await withEnergy(start, middle, middle, 'middle'), WEIGHTS.middle],
      [await several(start, FURTHER.fromStart, 'from start'), WEIGHTS.fromStart],
      [await several(long, FURTHER.fromLong, 'from long'), WEIGHTS.fromLong],
      [start, WEIGHTS.start],
    ]);
  }
  progress.stop();
  averaged.variables.forEach((variable, i) => variable.assign(result[i]!));
  return { seconds: (performance.now() - began) / 1000, updates };
}

type Weights = tf.Tensor[];

const copyOf = (variables: readonly tf.Tensor[]): Weights => variables.map((variable) => tf.clone(variable));

/** The weighted sums of weights. The process ends with this training, and with it all tensors. */
const mix = (parts: readonly (readonly [weights: Weights, share: number])[]): Weights =>
  parts[0]![0].map((_, i) => tf.tidy(() => tf.addN(parts.map(([weights, share]) => tf.mul(share, weights[i]!)))));

interface Once extends Omit<MatchingOptions, 'steps' | 'further'>, RunOptions {
  readonly from: Weights;
  readonly source: BatchSource<Batch>;
}

/**
 * By turns, the student learns to match the distribution and to stay on the teacher's paths, and the imitator learns the samples that the
 * student makes now. Resolves to the student's average.
 */
async function matchOnce(options: Once, tell: (loss: number) => void): Promise<Weights> {
  const { from, teacher, make, source, classes, updates, steps, decay, energy, random } = options;
  const [student, average, imitator] = [make(), make(), await options.imitator()];
  for (const one of [student, average]) one.variables.forEach((variable, i) => variable.assign(from[i]!));
  // the timestep at which a single call begins: only samples of one call are matched
  const called = consistencySolver.timesteps!(student.schedule, 1);
  const adam = (highest: number, steps: number) =>
    createAdam({ learningRate: warmCosine({ highest, warmUp: WARM_UP, steps }), beta2: BETA2 });
  const ofStudent = { student, average: { into: average, decay } };
  const path = createConsistencyTrainer({
    ...ofStudent,
    target: consistencyDistillation({ teacher }),
    optimizer: adam(RATES.path, steps),
    random: random.fork('path'),
  });
  const besides = (samples: tf.Tensor, x: tf.Tensor, labels: tf.Tensor | undefined) =>
    tf.mul(energy, energyDistances(samples, x, labels!, classes));
  const matching = createConsistencyTrainer({
    ...ofStudent,
    target: distributionMatching({ teacher, imitator, besides: energy > 0 ? besides : undefined }),
    timesteps: called,
    optimizer: adam(RATES.matching, steps),
    random: random.fork('matching'),
  });
  const imitation = createDiffusionTrainer({
    denoiser: imitator,
    optimizer: adam(RATES.imitator, IMITATIONS * steps),
    random: random.fork('imitation'),
  });
  let step = 0;
  while (step < updates) {
    for await (const batch of source) {
      await readMetrics(path.step(batch));
      const { loss } = await readMetrics(matching.step(batch));
      const samples = samplesLike(batch, student, called[0]!, random);
      for (let i = 0; i < IMITATIONS; i++) await readMetrics(imitation.step(samples));
      tf.dispose([batch, samples.x]);
      tell(loss);
      if (++step === updates) break;
    }
  }
  const result = copyOf(average.variables);
  for (const part of [path, matching, imitation, student, average, imitator]) part.dispose();
  return result;
}

/** What the student makes of a batch in one call, with the batch's labels. */
function samplesLike(batch: Batch, student: Denoiser, called: number, random: RandomStream) {
  const { x, condition } = 'x' in batch ? batch : { x: batch, condition: undefined };
  const samples = tf.tidy(() => {
    const at = tf.tensor1d(new Int32Array(x.shape[0]).fill(called), 'int32');
    const noisy = addNoise(x, random.normal(x.shape), at, student.schedule);
    return student.estimate(noisy, at, { condition }).sample;
  });
  return { x: samples, condition };
}
