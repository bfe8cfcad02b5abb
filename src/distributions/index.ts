export { gaussianEntropy, gaussianKl, gaussianLogProb, reparameterize, type DiagonalGaussian } from './gaussian.js';
export {
  gaussianPrior,
  uniformPrior,
  type BlockDensity,
  type LatentDensity,
  type LatentPrior,
  type MixtureDensity,
} from './latent-prior.js';
export type { LatentOptions } from './latent-source.js';
export type { Likelihood } from './likelihoods/likelihood.js';
export { bernoulli } from './likelihoods/bernoulli.js';
export { categorical } from './likelihoods/categorical.js';
export { continuousBernoulli } from './likelihoods/continuous-bernoulli.js';
export { discretizedLogistic, type DiscretizedLogisticOptions } from './likelihoods/discretized-logistic.js';
export { gaussian } from './likelihoods/gaussian.js';
export { learnedGaussian } from './likelihoods/learned-gaussian.js';
