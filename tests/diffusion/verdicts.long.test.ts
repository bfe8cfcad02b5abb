import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { draw, swissRoll, twoMoons, type PointSet } from '../../examples/diffusion-2d/sets.js';
import {
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  linearSchedule,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  type PredictionTarget,
} from '../../src/diffusion/index.js';
import { denoisingMlp, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { train } from '../../src/loop/index.js';
import { batches, createAdam } from '../../src/training/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

interface Run {
  readonly set: PointSet;
  readonly seed: number;
  readonly predicts?: PredictionTarget;
  readonly learningRate?: number;
  /** Keeps something of its input from the network. */
  readonly hide?: (network: Network) => Network;
}

/** The kinds of verdicts in 1,500 updates. */
async function verdictsOf({ set, seed, predicts = predictVelocity, learningRate = 2e-3, hide = (all) => all }: Run) {
  const random = createRandom(seed);
  const network = hide(denoisingMlp({ size: 2, width: 48, random: random.fork('denoiser') }));
  // predicted noise blows up at the end of the cosine schedule, which is a verdict of its own
  const scheduled = predicts === predictNoise ? linearSchedule : cosineSchedule;
  const denoiser = createDenoiser(network, { schedule: scheduled({ steps: 100 }), predicts });
  const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate }), random });
  const points = draw(set, 20_000, random.fork('data'));
  const seen = new Set<string>();
  const source = batches(points, { batchSize: 128, random });
  for await (const { verdicts } of train(trainer, source, { steps: 1_500, reportEvery: 50 })) {
    for (const { kind } of verdicts) seen.add(kind);
  }
  return [...seen];
}

const sets = [twoMoons, swissRoll];
const seeds = [1, 2, 3];
const targets = [predictVelocity, predictNoise, predictSample, predictFlow];

test.each(sets.flatMap((set) => seeds.flatMap((seed) => targets.map((predicts) => ({ set, seed, predicts })))))(
  'a healthy run raises no verdict: $set.name, $predicts.name, seed $seed',
  async (run) => {
    expect(await verdictsOf(run)).toEqual([]);
  },
);

const withoutData = (network: Network): Network => ({
  ...network,
  apply: (input, options) => network.apply(tf.zerosLike(input), options),
});

test.each(sets.flatMap((set) => seeds.map((seed) => ({ set, seed }))))(
  'a network that does not see x_t, or hardly moves, is no better than a constant: $set.name, seed $seed',
  async (run) => {
    expect(await verdictsOf({ ...run, hide: withoutData })).toEqual(['no better than a constant']);
    expect(await verdictsOf({ ...run, learningRate: 1e-7 })).toEqual(['no better than a constant']);
  },
);
