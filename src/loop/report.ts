import type { RunContext, Verdict } from '../training/observer.js';
import type { NewVerdicts } from './new-verdicts.js';
import type { Observers } from './observers.js';
import type { Tallied, Tally } from './tally.js';

/** What {@link train} reports at the end of each epoch, or every `reportEvery` updates. */
export interface Report<N extends string = string> {
  /** Number of updates in this call so far. */
  readonly step: number;
  /** Total steps of the trainer, across checkpoints; those of this call if the trainer does not count them. */
  readonly totalSteps: number;
  /** The epoch of this call, counted from 1. */
  readonly epoch: number;
  /** Means over the updates since the last report; values that are not finite are ignored. */
  readonly metrics: Readonly<Record<N, number>>;
  /**
   * Means over the examples of `validation`; NaN if a value is not finite. Also absent in the last report of a run that is aborted
   * during the validation.
   */
  readonly validation?: Readonly<Record<N, number>> | undefined;
  /** Seconds since the call began. */
  readonly seconds: number;
  /** Number of updates since the last report that were skipped because of a number that is not finite. */
  readonly skipped: number;
  /**
   * New verdicts of the run's observers; usually none. A verdict that still holds in the next report is not repeated there, unless its words
   * change; one that comes back is new again.
   */
  readonly verdicts: readonly Verdict[];
  /** All verdicts that hold now, those of earlier reports included; absent if there is none. */
  readonly standing?: readonly Verdict[] | undefined;
}

/** The ingredients of a report. */
interface ReportInput<N extends string> {
  readonly run: RunContext;
  readonly tally: Tally<N>;
  readonly observers: Observers;
  readonly newVerdicts: NewVerdicts;
  evaluate(): Promise<Tallied<N> | undefined>;
}

/** Reads everything in a report except the time. */
export async function reportOf<N extends string>({
  run,
  tally,
  observers,
  newVerdicts,
  evaluate,
}: ReportInput<N>): Promise<Omit<Report<N>, 'seconds'>> {
  const { metrics, skipped, ...counts } = await tally.read();
  const { step, epoch } = run;
  const totalSteps = run.trainer.steps ?? step;
  const evaluated = await evaluate();
  const standing = await observers.report({
    ...run,
    totalSteps,
    metrics,
    counts,
    validationMetrics: evaluated?.metrics,
    validationCounts: evaluated,
  });
  const verdicts = newVerdicts(standing);
  const report = { step, totalSteps, epoch, metrics, validation: evaluated?.metrics, skipped, verdicts };
  return standing.length === 0 ? report : { ...report, standing };
}
