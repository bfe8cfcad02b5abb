/**
 * Logs of a run: its numbers and verdicts as CSV and as event files of TensorBoard, with rates and gradient norms.
 *
 * @packageDocumentation
 */

export { createLog, type Log, type LogExtras, type LogOptions } from './create-log.js';
export { csvWriter, type CsvOptions } from './csv-writer.js';
export type { LogEntry, LogWriter } from './log-entry.js';
export { memoryFile, type LogFile, type MemoryFile } from './log-file.js';
export { eventFileName, tensorBoardWriter } from './tensor-board-writer.js';
export { watchOptimizer, type OptimizerNumbers, type WatchedOptimizer } from './watch-optimizer.js';
