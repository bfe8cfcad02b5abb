import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Json } from '../../src/index.js';
import type { KeptCheckpoint } from '../../src/run/index.js';
import { bundleOf } from '../support/bundle.js';

/** What a process is to do. */
export interface LongPart {
  /** Where checkpoints are kept. */
  readonly folder: string;
  /** A file to go on from. */
  readonly from?: string | undefined;
  readonly length: { readonly steps: number } | { readonly epochs: number };
  /** A file in which the run is saved in the end. */
  readonly to?: string | undefined;
}

/** What it says in the end. */
export interface LongReport {
  readonly steps: number;
  readonly rate: number;
  readonly reason?: string | undefined;
  readonly observers: Json;
  readonly kept: readonly KeptCheckpoint[];
  /** Of all that the trainer holds, and the place in the data. */
  readonly hash: string;
  /** Of the best checkpoint. */
  readonly best: string;
}

const program = bundleOf('tests/node/programs/long-run-part.ts');

/** Plays a part in a process of its own. */
export async function playLongPart(part: LongPart): Promise<LongReport> {
  const words = [program, JSON.stringify(part)];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  return JSON.parse(stdout.trim().split('\n').at(-1)!) as LongReport;
}
