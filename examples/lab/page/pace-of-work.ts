// How fast the runs of this page were, and what that says about the runtimes.
import { compareTimes, median } from '../../shared/compare-times.js';
import type { Experiment } from '../experiment/experiment.js';

/** Milliseconds an update between each two reports of a run, and the work that they are for. */
export interface Pace {
  readonly work: string;
  readonly milliseconds: readonly number[];
}

/** Reports between which updates are timed, before a runtime is compared. */
const ENOUGH = 6;

/** What decides how long an update takes: experiments that differ in nothing else are compared. */
export function workOf(experiment: Experiment): string {
  const { pictures, ...settings } = experiment;
  const other = { runtime: '', seed: 0, steps: 0, until: '', rate: 0, points: undefined };
  return JSON.stringify({ ...settings, ...other, pictures: pictures?.shape });
}

/** Milliseconds an update; the first report after the start is left out, because first updates compile. */
export function pacesOf(
  history: readonly { readonly step: number; readonly seconds: number }[],
  stepsBefore: number,
): number[] {
  const reports = history.filter(({ step }) => step > stepsBefore);
  return reports.flatMap(({ step, seconds }, i) => {
    const before = reports[i - 1];
    return before === undefined ? [] : [(1_000 * (seconds - before.seconds)) / (step - before.step)];
  });
}

/** Where the same work was faster, in a sentence; undefined if it was not done often enough on both. */
export function remarkOn(
  one: Pace | undefined,
  other: Pace | undefined,
  names: readonly [string, string],
): string | undefined {
  if (one === undefined || one.work !== other?.work) return undefined;
  if (Math.min(one.milliseconds.length, other.milliseconds.length) < ENOUGH - 1) return undefined;
  const timed = [one, other].map(({ milliseconds }, i) => ({ name: names[i]!, milliseconds }));
  return `This experiment ${compareTimes(timed[0]!, timed[1]!, 'apart')}.`;
}

/** The time of an update, in words. */
export const paceText = ({ milliseconds }: Pace): string => `${median(milliseconds).toFixed(1)} ms an update`;
