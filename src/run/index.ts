/**
 * An observable face of training, for pages: a run that can be started, stopped and watched.
 *
 * @packageDocumentation
 */

export { createRun, type Run } from './create-run.js';
export type { RunOptions, RunSettings } from './run-options.js';
export type { RunError, RunSnapshot, RunStatus } from './snapshot.js';
