/**
 * An observable face of training, for pages and workers: a run that can be started, stopped and watched.
 *
 * @packageDocumentation
 */

export { connectRun, type ConnectOptions, type RemoteRun } from './connect-run.js';
export { createRun, type Run } from './create-run.js';
export { createPace, type Pace } from './pace.js';
export type { RunOptions, RunSettings } from './run-options.js';
export type { RunPort } from './run-port.js';
export { serveRun, type RunChannel } from './serve-run.js';
export type { RunError, RunSnapshot, RunStatus } from './snapshot.js';
