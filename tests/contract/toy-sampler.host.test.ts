import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe } from 'vitest';
import type { Denoiser, DiffusionSolver, SampleOptions } from '../../src/diffusion/index.js';
import { sampleWith } from '../../src/diffusion/samplers/sample-diffusion.js';
import { scales } from '../diffusion/exact.js';
import { euler } from '../diffusion/samplers/linear-steps.js';
import { inScope } from '../support/in-scope.js';
import { loopLaws, numberLaws } from './sampler-laws.js';
import type { SamplerCase } from './samplers.js';

inScope();

/** The file of a new sampler: a solver, and the function that runs it. This one is DDIM by another formula. */
const toySolver: DiffusionSolver = {
  step: ({ xt, estimate, from, to, schedule }) =>
    tf.tidy(() => {
      const [a, b] = [scales(schedule, from), scales(schedule, to)];
      const kept = b.sigma / a.sigma;
      return tf.add(tf.mul(kept, xt), tf.mul(b.alpha - kept * a.alpha, estimate));
    }),
};
const sampleToy = (denoiser: Denoiser, options: SampleOptions): Promise<Tensor> =>
  sampleWith('sampleToy', denoiser, options, () => toySolver);

/** Its entry in the list of samplers. With its line in the index of its room and its row in the guide, it touches four places. */
const entry: SamplerCase = {
  name: 'sampleToy',
  sample: sampleToy,
  solver: toySolver,
  linear: euler,
  exact: { order: 1, error: 0.05 },
};

describe('a new sampler keeps the laws of all samplers', () => {
  numberLaws(entry);
  loopLaws(entry);
});
