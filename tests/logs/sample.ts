import type { Report } from '../../src/index.js';

/** A report of a call that began at step `from` of the trainer's life. */
export function reportAt(step: number, rest: Partial<Report> = {}, from = 0): Report {
  const metrics = { loss: 1 / step, kl: step };
  return { step: step - from, totalSteps: step, epoch: 1, seconds: 2, metrics, skipped: 0, verdicts: [], ...rest };
}
