import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  cosineSchedule,
  createAdam,
  createDenoiser,
  createDiffusionTrainer,
  createRandom,
  denoisingMlp,
  linearSchedule,
  minSnrWeighting,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  train,
  type Network,
  type PredictionTarget,
  type Weighting,
} from '../../src/index.js';
import { smallSets, type SmallSetName } from '../support/small-sets.js';
import { withoutInput } from '../support/broken-networks.js';

/** A run of a denoiser that is healthy or broken. */
export interface DiffusionRun {
  readonly name: string;
  readonly set: SmallSetName;
  /** Multiplies the data; their variance should then be about 1. */
  readonly scale?: number;
  readonly predicts: PredictionTarget;
  readonly weighting?: Weighting;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly steps: number;
  readonly reportEvery?: number;
  /** Changes the network. */
  readonly change?: (network: Network) => Network;
}

/** The kinds of verdicts of each report. */
export async function trainDiffusion(run: DiffusionRun, seed: number) {
  const random = createRandom(seed);
  const { set, scale = 1, predicts, weighting, batchSize = 64, learningRate = 2e-3, steps, reportEvery = 50 } = run;
  const x = tf.tidy(() => tf.mul(scale, smallSets[set](random.fork('data'), 3000).x));
  const made = denoisingMlp({ size: x.shape[1]!, width: 48, random: random.fork('denoiser') });
  // predicted noise blows up at the end of the cosine schedule, which is a verdict of its own
  const schedule = (predicts === predictNoise ? linearSchedule : cosineSchedule)({ steps: 100 });
  const denoiser = createDenoiser(run.change?.(made) ?? made, { schedule, predicts });
  const optimizer = createAdam({ learningRate });
  const trainer = createDiffusionTrainer({ denoiser, optimizer, random, weighting });
  const reports: { step: number; kinds: string[] }[] = [];
  const source = batches(x, { batchSize, random });
  for await (const { step, standing = [] } of train(trainer, source, { steps, reportEvery, yieldEvery: 50 })) {
    reports.push({ step, kinds: standing.map(({ kind }) => kind) });
  }
  x.dispose();
  trainer.dispose();
  tf.disposeVariables();
  return reports;
}

/** Healthy runs of kinds that no limit of a verdict was chosen by. */
export const laterHealthyDiffusion: readonly DiffusionRun[] = [
  {
    name: 'lattice, velocity, batches of 32',
    set: 'lattice',
    predicts: predictVelocity,
    batchSize: 32,
    learningRate: 1e-3,
    steps: 1000,
  },
  {
    name: 'ring, velocity, slow',
    set: 'ring',
    scale: 0.95,
    predicts: predictVelocity,
    learningRate: 3e-4,
    steps: 1000,
  },
  { name: 'grid, flow, batches of 16', set: 'grid', predicts: predictFlow, batchSize: 16, steps: 800 },
  {
    name: 'humps, noise, Min-SNR',
    set: 'humps',
    scale: 0.8,
    predicts: predictNoise,
    weighting: minSnrWeighting(),
    steps: 800,
  },
  { name: 'line, data, wide', set: 'line', scale: 1.5, predicts: predictSample, steps: 800 },
  {
    name: 'islands, velocity, off the middle',
    set: 'islands',
    scale: 0.5,
    predicts: predictVelocity,
    batchSize: 32,
    steps: 800,
  },
];

/** Runs that learn nothing, in ways that no limit of a verdict was chosen by. */
export const laterBrokenDiffusion: readonly DiffusionRun[] = [
  {
    name: 'ring, velocity, x_t kept from the network',
    set: 'ring',
    scale: 0.95,
    predicts: predictVelocity,
    change: withoutInput,
    steps: 1200,
  },
  {
    name: 'humps, noise, x_t kept from the network',
    set: 'humps',
    scale: 0.8,
    predicts: predictNoise,
    change: withoutInput,
    batchSize: 32,
    steps: 800,
  },
  { name: 'moons, flow, a rate of 1e-7', set: 'moons', predicts: predictFlow, learningRate: 1e-7, steps: 800 },
  { name: 'lattice, data, a rate of 3', set: 'lattice', predicts: predictSample, learningRate: 3, steps: 700 },
];

/** Runs that explode, at once or later, and then fall back to about the loss of a constant or below it. */
export const explodingDiffusion: readonly DiffusionRun[] = (['moons', 'ring', 'lattice'] as const).flatMap((set) =>
  [predictVelocity, predictNoise, predictSample, predictFlow].flatMap((predicts) =>
    [50, 445].map((reportEvery) => ({
      name: `${set}, ${predicts.name}, a rate of 0.1, a report every ${reportEvery} updates`,
      ...{ set, predicts, reportEvery, learningRate: 0.1, steps: 890 },
    })),
  ),
);
