export { addNoise, denoisingTarget } from './add-noise.js';
export { createDenoiser, type DenoisedPair, type Denoiser, type DenoiserOptions } from './denoiser.js';
export type { NoiseSchedule } from './noise-schedule.js';
export {
  predictFlow,
  predictNoise,
  predictSample,
  predictVelocity,
  type PredictionTarget,
} from './prediction-target.js';
export { ddimSolver, ddimStep, sampleDdim, type DdimOptions, type DdimStepOptions } from './samplers/ddim.js';
export { sampleDiffusion } from './samplers/sample-diffusion.js';
export { cosineSchedule, flowSchedule, linearSchedule, type FlowScheduleOptions } from './schedules.js';
export { stratifiedTimesteps } from './stratified-timesteps.js';
export {
  logNormalTimesteps,
  logSnrTimesteps,
  type LogNormalTimestepsOptions,
  type LogSnrTimestepsOptions,
} from './timesteps.js';
