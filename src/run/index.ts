/**
 * Runs that can be started, stopped and watched, in a page or from another thread; observers that stop it, change its
 * learning rate or keep checkpoints,
 * and accumulation of gradients.
 *
 * @packageDocumentation
 */

export type { CheckpointStore } from '../storage/checkpoint-store.js';
export { accumulateGradients, type AccumulationOptions } from './accumulate-gradients.js';
export { splitOptimizer, type OwnOptimizer } from './split-optimizer.js';
export { createRun, type Run } from './create-run.js';
export { createPace, type Pace } from './pace.js';
export {
  keepCheckpoints,
  type BestOptions,
  type CheckpointKeeper,
  type KeepOptions,
  type KeepSaveOptions,
} from './keeping/keep-checkpoints.js';
export type { KeptCheckpoint } from './keeping/kept-index.js';
export { decayOverTime, type TimeDecay, type TimeDecayOptions } from './observers/decay-over-time.js';
export type { TimeOptions } from './observers/elapsed-time.js';
export { reduceOnPlateau, type Plateau, type PlateauOptions } from './observers/reduce-on-plateau.js';
export { stopAfter } from './observers/stop-after.js';
export { stopEarly } from './observers/stop-early.js';
export { stopOn } from './observers/stop-on.js';
export type { StopEarlyOptions, WatchedMetric } from './observers/watched-metric.js';
export { connectRun, type ConnectOptions, type RemoteRun } from './connect-run.js';
export type { RunOptions, RunSettings } from './run-options.js';
export type { RunPort } from './run-port.js';
export type { ServedRun } from './page-run.js';
export { serveRun, type RunChannel } from './serve-run.js';
export type { StartOptions } from './start-options.js';
export type { RunError, RunSnapshot, RunStatus } from './snapshot.js';
