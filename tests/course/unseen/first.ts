import type { Unseen } from './answer.js';
import { addNoise } from './first/add-noise.js';
import { bernoulliLogLikelihood } from './first/bernoulli-log-likelihood.js';
import { ddimSample } from './first/ddim-sample.js';
import { denoiserLosses } from './first/denoiser-losses.js';
import { elbo } from './first/elbo.js';
import { ganLosses } from './first/gan-losses.js';
import { ganUpdate } from './first/gan-update.js';
import { gaussianKl } from './first/gaussian-kl.js';
import { gradientPenalty } from './first/gradient-penalty.js';
import { importanceWeightedBound } from './first/importance-weighted-bound.js';
import { reparameterize } from './first/reparameterize.js';
import { vaeUpdate } from './first/vae-update.js';

/** The first 60 wrong answers and 48 right ones, by the name of the exercise's folder. */
export const first: Readonly<Record<string, Unseen>> = {
  'add-noise': addNoise,
  'bernoulli-log-likelihood': bernoulliLogLikelihood,
  'ddim-sample': ddimSample,
  'denoiser-losses': denoiserLosses,
  elbo,
  'gan-losses': ganLosses,
  'gan-update': ganUpdate,
  'gaussian-kl': gaussianKl,
  'gradient-penalty': gradientPenalty,
  'importance-weighted-bound': importanceWeightedBound,
  reparameterize,
  'vae-update': vaeUpdate,
};
