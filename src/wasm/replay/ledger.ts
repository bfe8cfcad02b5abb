import type { Json } from '../../training/json.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { advanced, type Change } from './counts.js';

/** Replayed steps of which a trainer does not know yet. */
export interface Ledger {
  /** The plain state of the trainer as it would be had it made all steps; the state of its stream may be older. */
  plain(): Json;
  steps(): number;
  /** Notes a step with this change. */
  add(change: Change): void;
  /** Tells the trainer of all steps. */
  tell(): void;
}

export function createLedger(trainer: Trainer): Ledger {
  const added = new Map<Change, number>();
  let base: Json | undefined;
  const plainAfter = (start: Json): Json => {
    let plain = start;
    for (const [change, steps] of added) plain = advanced(plain, change, steps);
    return plain;
  };
  return {
    plain: () => plainAfter((base ??= trainer.state.plain)),
    steps: () => [...added.values()].reduce((sum, steps) => sum + steps, 0),
    add: (change) => void added.set(change, (added.get(change) ?? 0) + 1),
    tell() {
      base = undefined;
      if (added.size === 0) return;
      const plain = plainAfter(trainer.state.plain);
      added.clear();
      trainer.restore!(plain);
    },
  };
}
