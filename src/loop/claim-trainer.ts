import { unusable } from '../tensor/errors.js';
import type { Trainer } from '../training/trainer/trainer.js';

/** The trainers that a run is training; all copies of this module share the set, also that of the CommonJS build. */
const TRAINED: unique symbol = Symbol.for('tfjs-generative: trainers of the runs under way') as never;
type Shared = typeof globalThis & { [TRAINED]?: WeakSet<object> };

/** Claims a trainer for a run until the returned function is called; undefined if another run has it. */
export function claimTrainer(trainer: Trainer): (() => void) | undefined {
  const trained = ((globalThis as Shared)[TRAINED] ??= new WeakSet());
  if (trained.has(trainer)) return undefined;
  trained.add(trainer);
  return () => void trained.delete(trainer);
}

/** The error for a trainer that another run is training. */
export function alreadyTraining(where: string, fix: string): Error {
  const rule = 'must be trained by one run at a time';
  return unusable(where, 'trainer', rule, { seen: 'a second run', fix });
}
