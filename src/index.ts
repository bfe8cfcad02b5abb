/**
 * Building blocks for generative models on TensorFlow.js. The app chooses the runtime; nothing here names a backend.
 *
 * @packageDocumentation
 */

// Each of these rooms lists its public names in its own index, and nowhere else; api/index.api.md shows them all.
export * from './vae/index.js';
export * from './gan/index.js';
export * from './training/index.js';
export * from './nets/index.js';
export * from './distributions/index.js';
export * from './random/index.js';

// The other exports of these rooms are for the rooms above them.
export { repairGradients } from './gradients/index.js';
export { ShapeError } from './tensor/errors.js';
export { imageGrid, type ImageGridOptions } from './tensor/image-grid.js';

// diffusion models
export {
  addNoise,
  cosineSchedule,
  createDenoiser,
  createDiffusionTrainer,
  ddimSolver,
  ddimStep,
  ddpmPosterior,
  ddpmSolver,
  denoisingTarget,
  dpmSolver,
  dpmSolverStep,
  flowSchedule,
  heunSolver,
  invertDdim,
  largeVariance,
  linearSchedule,
  logNormalTimesteps,
  logSnrTimesteps,
  minSnrWeighting,
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  sampleDdim,
  sampleDdpm,
  sampleDiffusion,
  sampleDpmSolver,
  sampleHeun,
  sigmoidWeighting,
  smallVariance,
  stratifiedTimesteps,
  variationalBound,
  type DdimOptions,
  type DdimStepOptions,
  type DdpmOptions,
  type DdpmPosteriorOptions,
  type DenoisedPair,
  type Denoiser,
  type DenoiserOptions,
  type DiffusionMetric,
  type DiffusionSolver,
  type DiffusionTrainerOptions,
  type DpmSolverStepOptions,
  type EstimateOrNoise,
  type FlowScheduleOptions,
  type InvertDdimOptions,
  type KnownRegion,
  type LogNormalTimestepsOptions,
  type LogSnrTimestepsOptions,
  type NoiseSchedule,
  type PosteriorVariance,
  type PredictionTarget,
  type SampleOptions,
  type SampleProgress,
  type SolverState,
  type TargetOptions,
  type TimestepOptions,
  type VariationalBound,
  type VariationalBoundOptions,
  type WalkOptions,
  type Weighting,
} from './diffusion/index.js';
