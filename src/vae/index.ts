export { createDecoder, withDecode, type Decoder } from './decoder.js';
export { elbo, type Elbo, type ElboOptions } from './elbo.js';
export { createGaussianEncoder, withEncode, type GaussianEncoder } from './gaussian-encoder.js';
export {
  estimateLogLikelihood,
  importanceWeightedBound,
  type EstimateOptions,
  type LogLikelihoodEstimate,
} from './importance-weighting.js';
export type { DrawOptions, LatentDraw, LatentEncoder, VaeEncoder } from './latent-encoder.js';
export { latentKl } from './latent-kl.js';
export { interpolate, linearPath, sphericalPath, type InterpolateOptions, type LatentPath } from './interpolate.js';
export { latentGrid, traverse, type LatentGridOptions, type TraverseOptions } from './latent-grid.js';
export { activeUnits, klPerDimension, type ActiveUnits } from './latent-usage.js';
export {
  elboObjective,
  importanceWeightedObjective,
  type ElboObjectiveOptions,
  type ObjectiveInput,
  type ObjectiveValue,
  type VaeObjective,
} from './objectives.js';
export { createHierarchicalEncoder } from './hierarchical-encoder.js';
export { createPriorTrainer, type PriorTrainerOptions } from './prior-trainer.js';
export { createPriorSampler, type PriorSampler } from './prior-sampler.js';
export type { VaeParts } from './vae-parts.js';
export { createVaeTrainer, vaeModel, type VaeMetric, type VaeTrainerOptions } from './vae-trainer.js';
export * from './priors/index.js';
