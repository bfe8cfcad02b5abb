import {
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  type PredictionTarget,
} from '../../src/diffusion/index.js';

/** A prediction target in the form that the laws in tests/diffusion need. Add one to the list for each new one. */
export interface PredictionTargetCase {
  readonly name: string;
  readonly target: PredictionTarget;
  /** The target of its paper: the factors of the data and of the noise. */
  readonly mix: (alpha: number, sigma: number) => readonly [data: number, noise: number];
  /** Whether it determines the data where nothing is left of them, at alpha 0. */
  readonly determinesDataAtNoise: boolean;
}

export const predictionTargets: readonly PredictionTargetCase[] = [
  { name: 'predictNoise', target: predictNoise, mix: () => [0, 1], determinesDataAtNoise: false },
  { name: 'predictSample', target: predictSample, mix: () => [1, 0], determinesDataAtNoise: true },
  {
    name: 'predictVelocity',
    target: predictVelocity,
    mix: (alpha, sigma) => [-sigma, alpha],
    determinesDataAtNoise: true,
  },
  { name: 'predictFlow', target: predictFlow, mix: () => [-1, 1], determinesDataAtNoise: true },
];
