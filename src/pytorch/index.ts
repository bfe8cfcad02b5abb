/**
 * Exchange with PyTorch: the names and layouts of a `state_dict` in safetensors files, and whole runs that train there.
 *
 * @packageDocumentation
 */

export type { StateDictCheck, StateDictExample } from './example.js';
export { loadStateDict, type LoadStateDictOptions } from './load-state-dict.js';
export type { StateDictNames } from './names.js';
export type { StateDictOptions, StateDictParts } from './plan-state-dict.js';
export { saveStateDict, type SaveStateDictOptions } from './save-state-dict.js';
export type { StateDictEntry } from './state-dict-entry.js';
export { stateDictEntries } from './state-dict-entries.js';
export { exportRun, type ExportRunOptions } from './run/export-run.js';
export { importRun, type ImportRunOptions } from './run/import-run.js';
export { mergeRuns, type MergedRuns, type MergeRunsOptions, type RunsToMerge } from './run/merge-runs.js';
