import { sumOf } from 'tfjs-generative/testing';

/** Usual mistakes in the divergence of a Gaussian from the standard one, for the exercises that contain it. */
export const divergenceMistakes = {
  noHalf: 'the factor 1/2 is missing',
  noMinusOne: 'the -1 of each latent is missing',
  oneMinusOne: 'the -1 occurs once for each example, but must be there for each latent',
  noMean: 'the mean is missing',
  meanNotSquared: 'the mean is not squared',
  meanMagnitude: 'the magnitude of the mean is used, but its square is needed',
  noVariance: 'the variance itself is missing, and only its logarithm is there',
  onlyMean: 'only the square of the mean is there: the terms of the variance are missing',
  noLogVariance: 'the logarithm of the variance is missing',
  plusLogVariance: 'the logarithm of the variance has the wrong sign',
  halfLogVariance: 'half of the log-variance is used where all of it is needed',
  varianceGiven: 'the argument is the logarithm of the variance, but is used as the variance',
  negativeVariance: 'the argument is the logarithm of the variance, but another logarithm is taken of it',
  standardDeviation: 'exp(logVariance / 2) is the standard deviation, but the variance is needed',
  logDeviation: 'the argument is the logarithm of the variance, but is used as that of the standard deviation',
  noExponential: 'the exponential is missing: the logarithm of the variance is used instead of the variance',
  deviationGiven: 'the argument is the logarithm of the variance, but is used as the standard deviation',
  reversed: 'the Gaussian and the prior are exchanged, but the divergence in the other direction is needed',
  onlyMeanHalved: 'only the square of the mean has the factor 1/2, but all terms must have it',
  meanNotHalved: 'the square of the mean lacks the factor 1/2, which all terms must have',
  onlyVarianceHalved: 'only the variance has the factor 1/2, but all terms must have it',
  varianceNotHalved: 'the variance lacks the factor 1/2, which all terms must have',
  onlyLogVarianceHalved: 'only the logarithm of the variance has the factor 1/2, but all terms must have it',
  logVarianceNotHalved: 'the logarithm of the variance lacks the factor 1/2, which all terms must have',
  oneNotHalved: 'the -1 lacks the factor 1/2, which all terms must have',
} as const;

type Mistake = keyof typeof divergenceMistakes;

/** Mistakes that are seldom combined with others. */
export const rareInDivergence = [
  'oneMinusOne',
  'meanMagnitude',
  'onlyMean',
  'negativeVariance',
  'onlyMeanHalved',
  'meanNotHalved',
  'onlyVarianceHalved',
  'varianceNotHalved',
  'onlyLogVarianceHalved',
  'logVarianceNotHalved',
  'oneNotHalved',
] as const satisfies readonly Mistake[];

/** What one latent costs, with these mistakes; an example has `latents` of them. */
export function divergenceOf(
  mean: number,
  logVariance: number,
  latents: number,
  wrong: Readonly<Record<Mistake, boolean>>,
): number {
  const given = wrong.deviationGiven ? logVariance ** 2 : logVariance;
  const isGiven = wrong.varianceGiven || wrong.deviationGiven || wrong.negativeVariance;
  const power = wrong.logDeviation ? 2 : wrong.standardDeviation ? 0.5 : wrong.reversed ? -1 : 1;
  const variance = isGiven || wrong.noExponential ? given : Math.exp(power * logVariance);
  const logarithm = isGiven
    ? Math.log(wrong.negativeVariance ? given : Math.abs(given))
    : (wrong.logDeviation ? 2 : wrong.reversed ? -1 : 1) * logVariance;
  const distance = wrong.noMean ? 0 : wrong.meanNotSquared ? mean : wrong.meanMagnitude ? Math.abs(mean) : mean ** 2;
  const square = (wrong.reversed ? variance : 1) * distance;
  const sign = wrong.noLogVariance ? 0 : wrong.plusLogVariance ? 1 : -1;
  const isOneHalved = wrong.onlyMeanHalved || wrong.onlyVarianceHalved || wrong.onlyLogVarianceHalved;
  const factor = (isHalvedAlone: boolean, lacksHalf: boolean): number =>
    wrong.noHalf || lacksHalf || (isOneHalved && !isHalvedAlone) ? 1 : 0.5;
  if (wrong.onlyMean) return distance / 2;
  return (
    factor(wrong.onlyVarianceHalved, wrong.varianceNotHalved) * (wrong.noVariance ? 0 : variance) +
    factor(wrong.onlyMeanHalved, wrong.meanNotHalved) * square -
    factor(false, wrong.oneNotHalved) * (wrong.noMinusOne ? 0 : wrong.oneMinusOne ? 1 / latents : 1) +
    factor(wrong.onlyLogVarianceHalved, wrong.logVarianceNotHalved) *
      (wrong.halfLogVariance ? 0.5 : 1) *
      (sign * logarithm)
  );
}

const amounts = [0.05, 0.1, 0.2, 0.25, 0.5, 1, 2, 3] as const;
type LimitName = `${'limitOfLatent' | 'limitOfAll' | 'hingeOfLatent' | 'hingeOfAll'}${(typeof amounts)[number]}`;

/** The sum of an example's terms if small divergences are free, by the name of the mistake. */
const limits = Object.fromEntries(
  amounts.flatMap((free): [string, (terms: readonly number[]) => number][] => [
    [`limitOfLatent${free}`, (terms) => sumOf(terms.map((term) => Math.max(term, free)))],
    [`limitOfAll${free}`, (terms) => Math.max(sumOf(terms), free)],
    [`hingeOfLatent${free}`, (terms) => sumOf(terms.map((term) => Math.max(term - free, 0)))],
    [`hingeOfAll${free}`, (terms) => Math.max(sumOf(terms) - free, 0)],
  ]),
) as Readonly<Record<LimitName, (terms: readonly number[]) => number>>;

/** The names of {@link limitMistakes}. */
export const limitNames = Object.keys(limits) as LimitName[];

/** Mistakes of which each makes small divergences free. */
export const limitMistakes = Object.fromEntries(
  limitNames.map((name) => [
    name,
    'small divergences are free, because a limit is applied, but they must count in full',
  ]),
) as Readonly<Record<LimitName, string>>;

/** The sum of the terms of an example's latents, with these mistakes. */
export function sumOfLatents(terms: readonly number[], wrong: Readonly<Record<LimitName, boolean>>): number {
  const made = limitNames.find((name) => wrong[name]);
  return made === undefined ? sumOf(terms) : limits[made](terms);
}
