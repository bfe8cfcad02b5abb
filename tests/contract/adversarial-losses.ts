import {
  hingeLoss,
  leastSquaresLoss,
  minimaxLoss,
  nonSaturatingLoss,
  relativisticLoss,
  smoothedLoss,
  wassersteinLoss,
  type AdversarialLoss,
} from '../../src/gan/index.js';

/** A loss in the form that the laws in adversarial-losses.fast.test.ts need. Add one to the list for each new loss. */
export interface LossCase {
  readonly name: string;
  readonly loss: AdversarialLoss;
  /** The formulas in float64. */
  readonly discriminator: (real: readonly number[], fake: readonly number[]) => number;
  readonly generator: (fake: readonly number[], real: readonly number[]) => number;
  /** Whether the generator's loss compares with data. */
  readonly comparesWithData: boolean;
  /** Its name in golden.json, if it is there. */
  readonly golden?: 'minimax' | 'nonSaturating' | 'leastSquares' | 'hinge' | 'wasserstein';
  /** The logit to which a discriminator of data alone is pulled; by default it is pulled upwards without end. */
  readonly realLogit?: number;
  /** The same for the logits of fakes in the generator's loss. */
  readonly fakeLogit?: number;
  /** The logit to which a discriminator pulls fakes; by default it pulls them downwards without end. */
  readonly fakeTarget?: number;
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const over = (values: readonly number[], term: (value: number) => number): number => mean(values.map(term));
const pairs = (real: readonly number[], fake: readonly number[]): number[] =>
  real.flatMap((r) => fake.map((f) => r - f));
/** log(1 + exp(x)), exact for large |x|. */
const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

export const adversarialLosses: readonly LossCase[] = [
  {
    name: 'minimaxLoss',
    loss: minimaxLoss,
    discriminator: (real, fake) => over(real, (r) => softplus(-r)) + over(fake, softplus),
    generator: (fake) => -over(fake, softplus),
    comparesWithData: false,
    golden: 'minimax',
  },
  {
    name: 'nonSaturatingLoss',
    loss: nonSaturatingLoss,
    discriminator: (real, fake) => over(real, (r) => softplus(-r)) + over(fake, softplus),
    generator: (fake) => over(fake, (f) => softplus(-f)),
    comparesWithData: false,
    golden: 'nonSaturating',
  },
  {
    name: 'leastSquaresLoss',
    loss: leastSquaresLoss,
    discriminator: (real, fake) => over(real, (r) => (r - 1) ** 2) / 2 + over(fake, (f) => f ** 2) / 2,
    generator: (fake) => over(fake, (f) => (f - 1) ** 2) / 2,
    comparesWithData: false,
    golden: 'leastSquares',
    realLogit: 1,
    fakeLogit: 1,
    fakeTarget: 0,
  },
  {
    name: 'hingeLoss',
    loss: hingeLoss,
    discriminator: (real, fake) => over(real, (r) => Math.max(0, 1 - r)) + over(fake, (f) => Math.max(0, 1 + f)),
    generator: (fake) => -mean(fake),
    comparesWithData: false,
    golden: 'hinge',
  },
  {
    name: 'wassersteinLoss',
    loss: wassersteinLoss,
    discriminator: (real, fake) => mean(fake) - mean(real),
    generator: (fake) => -mean(fake),
    comparesWithData: false,
    golden: 'wasserstein',
  },
  {
    name: 'relativisticLoss',
    loss: relativisticLoss,
    discriminator: (real, fake) => over(pairs(real, fake), (difference) => softplus(-difference)),
    generator: (fake, real) => over(pairs(real, fake), softplus),
    comparesWithData: true,
  },
  {
    name: 'smoothedLoss({ realTarget: 0.8 })',
    loss: smoothedLoss({ realTarget: 0.8 }),
    discriminator: (real, fake) => over(real, (r) => 0.8 * softplus(-r) + 0.2 * softplus(r)) + over(fake, softplus),
    generator: (fake) => over(fake, (f) => softplus(-f)),
    comparesWithData: false,
    realLogit: Math.log(4),
  },
];
