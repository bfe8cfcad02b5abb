import { loadCheckpoint, type Batch, type BatchSource, type Trainer } from 'tfjs-generative';
import { loadFile } from 'tfjs-generative/node';
import { InputError } from './input-error.js';

/** A checkpoint named by `--resume`, or in the folder that it names. */
export interface SavedRun {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Reads a checkpoint. */
export async function readSavedRun(path: string): Promise<SavedRun> {
  return { path, bytes: await loadFile(path).catch((error: Error) => rejected(path, error)) };
}

/** Restores a trainer and its data from a checkpoint. */
export async function resume(
  trainer: Trainer<string>,
  data: BatchSource<Batch>,
  { path, bytes }: SavedRun,
): Promise<void> {
  await loadCheckpoint(trainer, bytes, { data, waive: RATES }).catch((error: Error) => rejected(path, error));
}

/** A run may be made longer, which also stretches the decay of its learning rates. */
export const RATES = ['optimizer', 'generatorOptimizer', 'discriminatorOptimizer'].map(
  (name) => `${name}.learningRate`,
);

function rejected(path: string, { message }: Error): never {
  throw new InputError(`--resume ${path}: ${message}`);
}
