import {
  bernoulli,
  categorical,
  continuousBernoulli,
  discretizedLogistic,
  gaussian,
  learnedGaussian,
  type Likelihood,
} from '../../src/distributions/index.js';
import type { NumberRange } from '../../src/testing/index.js';
import {
  bernoulliDensity,
  boundedGaussianDensity,
  categoricalDensity,
  continuousBernoulliDensity,
  discretizedLogisticDensity,
  gaussianDensity,
} from './densities.js';

/** A likelihood in the form that the laws in likelihoods.fast.test.ts need. Add one to the list for each new likelihood. */
export interface LikelihoodCase {
  readonly name: string;
  readonly likelihood: Likelihood;
  readonly parameterSize: number;
  /** log p of one number, in float64. */
  readonly logProb: (x: number, parameters: readonly number[]) => number;
  /** The range of the numbers of the data, with all of the mass or nearly all. */
  readonly support: NumberRange;
  /** Data within the support. */
  readonly x: readonly number[];
  /** Parameters of one number, as an ordinary network outputs them. */
  readonly parameters: readonly (readonly number[])[];
  /** Extreme parameters from bad networks; values and gradients must be right for them, too. */
  readonly extremes: readonly (readonly number[])[];
  /** Whether its data may also be integers. */
  readonly takesIntegers?: boolean;
  /** How far the mean may be off according to its documentation, in units of x; default 0. */
  readonly meanTolerance?: number;
}

const logits = [[0], [0.3], [-0.999], [0.999], [1.001], [-1.001], [2], [-4]];
const extremeLogits = [[1e-7], [-1e-7], [1e-3], [17], [-17], [95], [-95]];
const levels = (count: number): number[] => Array.from({ length: count }, (_, k) => Math.fround(k / (count - 1)));
const narrow = [
  [0, -3],
  [0.5, -1],
  [-0.3, 0],
  [1, 0.5],
];

export const likelihoods: readonly LikelihoodCase[] = [
  {
    name: 'bernoulli',
    likelihood: bernoulli,
    parameterSize: 1,
    logProb: bernoulliDensity,
    support: { values: [0, 1] },
    x: [0, 1],
    parameters: logits,
    extremes: extremeLogits,
  },
  {
    name: 'categorical',
    likelihood: categorical({ classes: 3 }),
    parameterSize: 3,
    logProb: categoricalDensity,
    support: { values: [0, 1, 2] },
    x: [0, 1, 2],
    parameters: [
      [0, Math.log(2), Math.log(3)],
      [1, -0.5, 0.2],
      [-2, 0, 0.5],
    ],
    extremes: [
      [40, -60, 0],
      [-1e3, 1e3, 0],
    ],
    takesIntegers: true,
  },
  {
    name: 'continuousBernoulli',
    likelihood: continuousBernoulli,
    parameterSize: 1,
    logProb: continuousBernoulliDensity,
    support: { from: 0, to: 1 },
    x: [0, 0.25, 0.9, 1],
    parameters: logits,
    extremes: extremeLogits,
  },
  {
    name: 'gaussian',
    likelihood: gaussian({ variance: 0.25 }),
    parameterSize: 1,
    logProb: (x, [mean]) => gaussianDensity(x, mean!, Math.log(0.25)),
    support: { from: -6, to: 6 },
    x: [-0.5, 0, 0.3, 2],
    parameters: [[0], [0.5], [-1]],
    extremes: [[40], [-1e3]],
  },
  {
    name: 'learnedGaussian',
    likelihood: learnedGaussian(),
    parameterSize: 2,
    logProb: (x, [mean, logVariance]) => gaussianDensity(x, mean!, logVariance!),
    support: { from: -10, to: 10 },
    x: [-0.5, 0, 0.3, 2],
    parameters: narrow,
    extremes: [
      [0.3, -14],
      [0.5, 12],
      [0, -20],
    ],
  },
  {
    name: 'learnedGaussian with a floor',
    likelihood: learnedGaussian({ minLogVariance: -4 }),
    parameterSize: 2,
    logProb: boundedGaussianDensity(-4),
    support: { from: -10, to: 10 },
    x: [-0.5, 0, 0.3, 2],
    parameters: [...narrow, [0.2, -5]],
    extremes: [
      [0.3, -30],
      [0.5, 12],
    ],
  },
  {
    name: 'discretizedLogistic with 256 levels',
    likelihood: discretizedLogistic({ levels: 256 }),
    parameterSize: 2,
    logProb: discretizedLogisticDensity(256),
    support: { values: levels(256) },
    x: [0, 1, 100, 254, 255].map((level) => levels(256)[level]!),
    parameters: [
      [0.5, -3],
      [0.2, -2],
      [0.98, -4],
      [-0.1, -2.5],
    ],
    extremes: [
      [0.5, -7],
      [0.5, -9.2],
      [1.4, -5],
      [-2, -3],
      [0.5, 2],
      [0.3, 8],
    ],
    meanTolerance: 0.5 / 255,
  },
  {
    name: 'discretizedLogistic with a start',
    likelihood: discretizedLogistic({ levels: 256, start: { mean: 0.5, logScale: -2 } }),
    parameterSize: 2,
    logProb: (x, [mean, logScale]) => discretizedLogisticDensity(256)(x, [0.5 + mean!, -2 + logScale!]),
    support: { values: levels(256) },
    x: [0, 1, 100, 254, 255].map((level) => levels(256)[level]!),
    parameters: [
      [0, 0],
      [-0.3, -1],
      [0.5, 0.5],
    ],
    extremes: [
      [0, -7],
      [0.9, -3],
      [0, 4],
    ],
    meanTolerance: 0.5 / 255,
  },
  {
    name: 'discretizedLogistic with 4 levels',
    likelihood: discretizedLogistic({ levels: 4 }),
    parameterSize: 2,
    logProb: discretizedLogisticDensity(4),
    support: { values: levels(4) },
    x: levels(4),
    parameters: [
      [0.5, -1.5],
      [0.2, -2],
      [1.2, -1],
    ],
    extremes: [
      [0.4, -7],
      [0.5, 6],
    ],
  },
];
