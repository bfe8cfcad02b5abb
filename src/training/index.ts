export { createAdam, type AdamOptions } from './adam.js';
export type { AverageOptions } from './average.js';
export type { Batch } from './batch.js';
export { batches, type BatchData, type BatchesOptions, type BatchOf, type BatchSource } from './batches.js';
export { checkpointMetadata, loadCheckpoint, saveCheckpoint, type SaveCheckpointOptions } from './checkpoint.js';
export type { DataSource } from './data-source.js';
export { fit, type FitCallbacks, type FitOptions, type History, type Logs } from './fit.js';
export type { HostTensor } from './host-data.js';
export type { Json } from './json.js';
export type { Optimizer, OptimizerState } from './optimizer.js';
export {
  constant,
  cosineDecay,
  cyclical,
  linearRamp,
  type CosineDecayOptions,
  type CyclicalOptions,
  type Schedule,
} from './schedules.js';
export { train, type Report, type TrainOptions } from './train.js';
export { readMetrics, type Metrics, type Trainer, type TrainerState, type Verdict } from './trainer.js';
export { clipByGlobalNorm } from './update.js';
export { valueAndGradients } from './value-and-gradients.js';
export { loadWeights, saveWeights } from './weights.js';
