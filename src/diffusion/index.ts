export { addNoise, denoisingTarget, type TargetOptions } from './add-noise.js';
export {
  consistencyDistillation,
  type ConsistencyDistillationOptions,
} from './consistency/consistency-distillation.js';
export type { ConsistencyInput, ConsistencyTarget } from './consistency/consistency-target.js';
export { createConsistencyTrainer, type ConsistencyTrainerOptions } from './consistency/consistency-trainer.js';
export { easyConsistency, type EasyConsistencyOptions } from './consistency/easy-consistency.js';
export { shortcut } from './consistency/shortcut.js';
export type { Coupling, CouplingInput } from './coupling.js';
export { createDenoiser, type DenoiserEstimate, type Denoiser, type DenoiserOptions } from './denoiser.js';
export type { DiffusionTrainerOptions } from './diffusion-options.js';
export { createDiffusionTrainer, diffusionModel } from './diffusion-trainer.js';
export { logDensity, type LogDensity, type LogDensityOptions } from './log-density.js';
export { scalesAt, snrAt, type NoiseSchedule } from './noise-schedule.js';
export { optimalTransport } from './optimal-transport.js';
export {
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  type PredictionTarget,
} from './prediction-target.js';
export { ddimSolver, ddimStep, sampleDdim, type DdimOptions, type DdimStepOptions } from './samplers/ddim.js';
export {
  ddpmPosterior,
  ddpmSolver,
  largeVariance,
  sampleDdpm,
  smallVariance,
  type DdpmOptions,
  type DdpmPosteriorOptions,
  type PosteriorVariance,
} from './samplers/ddpm.js';
export { dpmSolver, dpmSolverStep, sampleDpmSolver, type DpmSolverStepOptions } from './samplers/dpm-solver.js';
export { heunSolver, sampleHeun } from './samplers/heun.js';
export { invertDdim, type InvertDdimOptions } from './samplers/invert-ddim.js';
export type { EstimateOrNoise } from './samplers/read-estimate.js';
export { consistencySolver, sampleConsistency } from './samplers/sample-consistency.js';
export { sampleShortcut } from './samplers/sample-shortcut.js';
export { sampleDiffusion } from './samplers/sample-diffusion.js';
export type { KnownRegion } from './samplers/known-region.js';
export type {
  DenoisingOptions,
  NoisedData,
  SampleOptions,
  SampleProgress,
  TimestepOptions,
} from './samplers/sample-options.js';
export type { DiffusionSolver, PreviousEstimate, SolverState } from './samplers/solver.js';
export { cosineSchedule, flowSchedule, linearSchedule, type FlowScheduleOptions } from './schedules.js';
export { stratifiedTimesteps } from './stratified-timesteps.js';
export { variationalBound, type VariationalBound, type VariationalBoundOptions } from './variational-bound.js';
export { minSnrWeighting, sigmoidWeighting, type Weighting } from './weightings.js';
export {
  logNormalTimesteps,
  logSnrTimesteps,
  type LogNormalTimestepsOptions,
  type LogSnrTimestepsOptions,
} from './timesteps.js';
export { withClip, type ClipOptions } from './with-clip.js';
export { withGradient, type EstimatedAt, type GradientGuidanceOptions } from './with-gradient.js';
export { withGuidance, type GuidanceOptions, type WithGuidanceOptions } from './with-guidance.js';
export type { GuidanceProjection } from './guidance-difference.js';
export { withPredict } from './with-predict.js';
