import type { Size } from '../../record/recording.js';
import type { CounterPath } from './run-counters.js';

/** The format of the runs that are written. */
export const RUN_FORMAT = 'tfjs-generative run 1';

/** A value that a step needs, and its name as a parameter of `step`. */
export interface RunValue {
  readonly name: string;
  readonly parameter: string;
  readonly dtype: string;
  readonly shape: readonly Size[];
}

/** What run.json says. */
export interface RunFile {
  readonly format: string;
  readonly library: string;
  /** What the states of this run have in their names' place: a checksum of its files. */
  readonly id: string;
  readonly trainer: string;
  /** From which draws are made, together with the number of a step. */
  readonly seed: number;
  /** How many steps it may make. */
  readonly steps: number;
  readonly batchSize: number;
  readonly examples: number;
  readonly batchesPerEpoch: number;
  readonly epoch: number;
  readonly position: number;
  /** Why only one process can train it; null if several can. */
  readonly alone: string | null;
  readonly data: readonly (RunValue & { readonly isScaled: boolean })[];
  /** Numbers that the host chose, with a row for each step in tables.safetensors. */
  readonly chosen: readonly RunValue[];
  readonly draws: readonly (RunValue & {
    readonly distribution: string;
    readonly low: number | null;
    readonly high: number | null;
  })[];
  /** For how many steps draws are stored. */
  readonly stored: number;
  /** The names of long constants of step.py. */
  readonly constants: readonly string[];
  readonly metrics: readonly string[];
  /** Whether a step joins sums and means over processes where they are made, because examples depend on each other; otherwise gradients are averaged. */
  readonly isJoined: boolean;
  /** State that depends on the examples of one process, and is averaged. */
  readonly averaged: readonly string[];
  /** Where examples of a batch depend on each other in a way that cannot be joined, so that several processes compute something else; empty if nowhere. */
  readonly mixed: readonly string[];
  /** Where the counters of tables.safetensors are in the plain state of the trainer. */
  readonly counters: readonly CounterPath[];
  /** The other files, with their lengths and checksums. */
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly crc32: string }>>;
}
