export { createAdam, type AdamOptions } from './optimizers/adam.js';
export type { AverageOptions } from './trainer/average.js';
export type { Batch } from './data/batch.js';
export { batches, type BatchesOptions, type BatchSource, type DataRanges } from './data/batches.js';
export type { BatchData, BatchOf } from './data/data-set.js';
export {
  loadCheckpoint,
  saveCheckpoint,
  type LoadCheckpointOptions,
  type SaveCheckpointOptions,
} from './saving/checkpoint.js';
export type { CheckpointDescription } from './saving/describe-run.js';
export { describeCheckpoint } from './saving/read-checkpoint.js';
export type { DataSource } from './data/data-source.js';
export type { HostTensor } from './data/host-data.js';
export type { Json } from './json.js';
export type { Optimizer, OptimizerState } from './optimizers/optimizer.js';
export {
  constant,
  cosineDecay,
  cyclical,
  linearRamp,
  type CosineDecayOptions,
  type CyclicalOptions,
  type Schedule,
} from './optimizers/schedules.js';
export type { Observer, ReportContext, RunContext, Verdict } from './observer.js';
export { createTrainer } from './trainer/create-trainer.js';
export type { GameStep, GamePass, StepInput, StepOptions, LossAndMetrics } from './trainer/step-input.js';
export type { GameTrainerOptions, LossTrainerOptions } from './trainer/trainer-options.js';
export { readMetrics, type Metrics, type StepCallOptions, type Trainer, type TrainerState } from './trainer/trainer.js';
export { clipByGlobalNorm } from './optimizers/clip-by-global-norm.js';
export { valueAndGradients } from './optimizers/value-and-gradients.js';
export { loadWeights, saveWeights } from './saving/weights.js';
