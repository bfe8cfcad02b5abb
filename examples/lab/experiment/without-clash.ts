import type { Experiment } from './experiment.js';

/** An experiment that can run, and what was changed for that; `why` is empty if nothing was. */
export interface Resolved {
  readonly experiment: Experiment;
  readonly why: string;
}

const WHY =
  'A straight schedule ends in pure noise. There, a network that predicts the noise says nothing about the data, so these two settings exclude each other.';

/**
 * Changes a setting that cannot go with another: the noise cannot be predicted with a straight schedule.
 *
 * @param kept - the setting of the two that stays; by default the schedule
 */
export function withoutClash(experiment: Experiment, kept: 'schedule' | 'target' = 'schedule'): Resolved {
  const { family, schedule, target } = experiment;
  if (family !== 'diffusion' || schedule !== 'flow' || target !== 'noise') return { experiment, why: '' };
  return kept === 'target'
    ? { experiment: { ...experiment, schedule: 'cosine' }, why: `${WHY} The noise schedule is now Cosine.` }
    : { experiment: { ...experiment, target: 'flow' }, why: `${WHY} The network now predicts Flow.` };
}
