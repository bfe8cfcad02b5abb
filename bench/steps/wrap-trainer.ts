import type { Trainer } from '../../src/index.js';

/** What becomes of the trainer of a model before it makes steps; it stays as it is by default. */
let change = <N extends string>(trainer: Trainer<N>): Trainer<N> => trainer;

/** The trainer of a model, as a bench wants it. */
export function wrapTrainer<N extends string>(trainer: Trainer<N>): Trainer<N> {
  return change(trainer);
}

/** Changes the trainers of the models that are made from now on. */
export function changeTrainers(by: typeof change): void {
  change = by;
}
