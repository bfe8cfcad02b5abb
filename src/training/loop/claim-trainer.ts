import { unusable } from '../../tensor/errors.js';
import type { Trainer } from '../trainer/trainer.js';

/** The trainers that a run is training; the same set in every copy of this module, such as the CommonJS build. */
const TRAINED: unique symbol = Symbol.for('tfjs-generative: trainers of the runs under way') as never;
type Shared = typeof globalThis & { [TRAINED]?: WeakSet<object> };

/** Takes a trainer for a run until the function that it returns is called; undefined if another run has it. */
export function claimTrainer(trainer: Trainer): (() => void) | undefined {
  const trained = ((globalThis as Shared)[TRAINED] ??= new WeakSet());
  if (trained.has(trainer)) return undefined;
  trained.add(trainer);
  return () => void trained.delete(trainer);
}

/** The error of a run whose trainer another run has. */
export function trainedAlready(where: string, fix: string): Error {
  const rule = 'must be trained by one run at a time';
  return unusable(where, 'trainer', rule, { seen: 'a second run', fix });
}
