import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  bernoulli,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  denoisingMlp,
  flowSchedule,
  gaussian,
  mlp,
  predictVelocity,
  type Likelihood,
  type NoiseSchedule,
} from '../../../src/index.js';

/** A trainer whose average has a decoder with a likelihood of its own. */
function averaging(make: () => Likelihood): () => unknown {
  const random = createRandom(1);
  const parts = () => ({
    encoder: createGaussianEncoder(mlp({ sizes: [2, 4], random }), { latentSize: 2 }),
    decoder: createDecoder(mlp({ sizes: [2, 2], random }), { likelihood: make() }),
  });
  return () =>
    createVaeTrainer({
      ...parts(),
      optimizer: createAdam({ learningRate: 0.1 }),
      random,
      average: { into: parts(), decay: 0.9 },
    });
}

/** A user's likelihood that keeps a tensor, or refers to itself. */
function own(): Likelihood {
  const made: Record<string, unknown> = { ...bernoulli, scale: tf.scalar(2) };
  made['self'] = made;
  return made as unknown as Likelihood;
}

test('an average of a part of the same kind is accepted, whatever a user-defined likelihood contains', () => {
  expect(averaging(own)).not.toThrow();
  expect(averaging(() => gaussian({ variance: 0.5 }))).not.toThrow();
});

test('an average of a denoiser with another schedule is refused', () => {
  const random = createRandom(1);
  const denoiser = (schedule: NoiseSchedule) =>
    createDenoiser(denoisingMlp({ size: 2, width: 4, random }), { schedule, predicts: predictVelocity });
  const averaging = (schedule: NoiseSchedule) => () =>
    createDiffusionTrainer({
      denoiser: denoiser(cosineSchedule({ steps: 8 })),
      optimizer: createAdam({ learningRate: 0.1 }),
      random,
      average: { into: denoiser(schedule), decay: 0.9 },
    });
  expect(averaging(cosineSchedule({ steps: 8 }))).not.toThrow();
  expect(averaging(flowSchedule({ steps: 8 }))).toThrow(
    'createDiffusionTrainer: `average.into.schedule` must be the same as in the part that it averages; got another one.',
  );
});

test('an average whose likelihood has other options is refused', () => {
  let variance = 0.25;
  expect(averaging(() => gaussian({ variance: (variance *= 2) }))).toThrow(
    'createVaeTrainer: `average.into.decoder.likelihood` must be the same as in the part that it averages; got another one.',
  );
});
