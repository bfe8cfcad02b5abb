import type { Tensor } from '@tensorflow/tfjs-core';
import {
  consistencySolver,
  ddimSolver,
  ddpmSolver,
  dpmSolver,
  heunSolver,
  sampleConsistency,
  sampleDdim,
  sampleDdpm,
  sampleDpmSolver,
  sampleHeun,
  smallVariance,
  type Denoiser,
  type DiffusionSolver,
  type SampleOptions,
} from '../../src/diffusion/index.js';
import { euler, heun, posterior, renoised, type Linear } from '../diffusion/samplers/linear-steps.js';

/** A sampler in the form that the laws in sampler-laws.ts need. Add one to the list for each new sampler. */
export interface SamplerCase {
  /** The name of the function, with which its errors begin. */
  readonly name: string;
  readonly sample: (denoiser: Denoiser, options: SampleOptions) => Promise<Tensor>;
  readonly solver: DiffusionSolver;
  /** One step of it in float64, for a denoiser whose estimate is linear in x_t. */
  readonly linear: Linear;
  /** For a sampler without noise: its order of convergence, and the largest error of 40 steps on the cosine table. */
  readonly exact?: { readonly order: number; readonly error: number };
  /** The calls of the network in a number of steps that are not the last one; by default one in each. */
  readonly calls?: (steps: number) => number;
  /** A value for each option that other samplers do not have. */
  readonly options?: () => object;
}

export const samplers: readonly SamplerCase[] = [
  {
    name: 'sampleDdim',
    sample: sampleDdim,
    solver: ddimSolver(),
    linear: euler,
    exact: { order: 1, error: 0.05 },
    options: () => ({ eta: 0.5 }),
  },
  {
    name: 'sampleDdpm',
    sample: sampleDdpm,
    solver: ddpmSolver(),
    linear: posterior(false),
    options: () => ({ variance: smallVariance }),
  },
  {
    name: 'sampleDpmSolver',
    sample: sampleDpmSolver,
    solver: dpmSolver,
    // the first step, without a history: the others have none in the tests with this step
    linear: euler,
    exact: { order: 2, error: 0.02 },
  },
  {
    name: 'sampleHeun',
    sample: sampleHeun,
    solver: heunSolver,
    linear: heun,
    exact: { order: 2, error: 0.02 },
    calls: (steps) => 2 * steps,
  },
  {
    name: 'sampleConsistency',
    sample: sampleConsistency,
    solver: consistencySolver,
    linear: renoised,
  },
];
