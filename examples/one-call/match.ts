import * as tf from '@tensorflow/tfjs';
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

/** The highest learning rates: of the student along paths and towards the distribution, and of the imitator. */
const RATES = { path: 2e-4, matching: 7e-4, imitator: 1.5e-3 };
const [WARM_UP, BETA2] = [50, 0.99];
const AVERAGE_DECAY = 0.998;
/** The share of the new weights in the result; the rest are those before, which are better with two and four calls. */
const MATCHED = 0.7;
/** Updates of the imitator for one of the student: if it lags behind, contrasts grow. */
const IMITATIONS = 2;

/** What {@link matchDistribution} takes. */
export interface MatchingOptions {
  /** A student that {@link consistencyDistillation} has trained, and its average. */
  readonly student: Denoiser;
  readonly averaged: Denoiser;
  readonly teacher: Denoiser;
  /** A copy of the trained denoiser, which learns to imitate the student. */
  readonly imitator: Denoiser;
  readonly source: BatchSource<Batch>;
  readonly steps: number;
  readonly random: RandomStream;
}

/**
 * Improves the samples of one call: by turns, the student learns to match the teacher's distribution and to stay on the teacher's paths,
 * and the imitator learns the samples that the student makes now. Resolves to the seconds that it took.
 */
export async function matchDistribution(options: MatchingOptions): Promise<number> {
  const { student, averaged, teacher, imitator, source, steps, random } = options;
  // the timestep at which a single call begins: only samples of one call are matched
  const called = consistencySolver.timesteps!(student.schedule, 1);
  const adam = (highest: number, steps: number) =>
    createAdam({ learningRate: warmCosine({ highest, warmUp: WARM_UP, steps }), beta2: BETA2 });
  const ofStudent = { student, average: { into: averaged, decay: AVERAGE_DECAY } };
  const path = createConsistencyTrainer({
    ...ofStudent,
    target: consistencyDistillation({ teacher }),
    optimizer: adam(RATES.path, steps),
    random: random.fork('path'),
  });
  const matching = createConsistencyTrainer({
    ...ofStudent,
    target: distributionMatching({ teacher, imitator }),
    timesteps: called,
    optimizer: adam(RATES.matching, steps),
    random: random.fork('matching'),
  });
  const imitation = createDiffusionTrainer({
    denoiser: imitator,
    optimizer: adam(RATES.imitator, IMITATIONS * steps),
    random: random.fork('imitation'),
  });

  const before = averaged.variables.map((variable) => tf.clone(variable));
  const began = performance.now();
  const progress = terminalProgress({ total: steps, label: 'matching' });
  let step = 0;
  while (step < steps) {
    for await (const batch of source) {
      await readMetrics(path.step(batch));
      const { loss } = await readMetrics(matching.step(batch));
      const samples = samplesLike(batch, student, called[0]!, random);
      for (let i = 0; i < IMITATIONS; i++) await readMetrics(imitation.step(samples));
      tf.dispose([batch, samples.x]);
      progress.update(++step, { loss });
      if (step === steps) break;
    }
  }
  progress.stop();
  averaged.variables.forEach((variable, i) => {
    variable.assign(tf.tidy(() => tf.add(tf.mul(MATCHED, variable), tf.mul(1 - MATCHED, before[i]!))));
  });
  tf.dispose(before);
  for (const trainer of [path, matching, imitation]) trainer.dispose();
  return (performance.now() - began) / 1000;
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
