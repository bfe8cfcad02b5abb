import type { Verdict } from '../training/observer.js';

/** The entry of a log for one report. */
export interface LogEntry {
  /** Total steps of the trainer, across checkpoints. */
  readonly step: number;
  /** Total steps before this call, at which a resumed run started. */
  readonly resumedAt: number;
  /** The epoch of this call, counted from 1. */
  readonly epoch: number;
  /** Seconds since the call began. */
  readonly seconds: number;
  /** The time of the entry, in seconds since 1970. */
  readonly wallTime: number;
  /** Numbers by name, in the order of their columns: metrics, `val_` metrics, `skipped`, numbers of optimizers, values. */
  readonly numbers: Readonly<Record<string, number>>;
  /** Verdicts of the report. */
  readonly verdicts: readonly Verdict[];
  /** PNG files by name. */
  readonly pictures: Readonly<Record<string, Uint8Array>>;
}

/** Writes entries in one format: {@link csvWriter}, {@link tensorBoardWriter}, or a function of your own. */
export type LogWriter = (entry: LogEntry) => unknown;
