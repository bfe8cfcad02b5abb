import type { Verdict } from '../training/observer.js';

/** Takes all verdicts of a report, and returns those that are new. */
export type NewVerdicts = <V extends Verdict>(verdicts: readonly V[]) => V[];

/**
 * Makes the function that remembers the verdicts of a run's last report. A verdict is new if that report had fewer verdicts of its kind and
 * words, apart from their numbers: one that stays is reported once, and one that comes back is reported again.
 */
export function createNewVerdicts(): NewVerdicts {
  let before: readonly Verdict[] = [];
  return (verdicts) => {
    const known = before;
    before = verdicts;
    return verdicts.filter(
      (verdict) =>
        countOf(verdict, verdicts) > countOf(verdict, known) &&
        // among verdicts that differ only in their numbers, the one of the last report is not new
        !known.some(({ kind, message }) => kind === verdict.kind && message === verdict.message),
    );
  };
}

function countOf(verdict: Verdict, among: readonly Verdict[]): number {
  return among.filter((other) => wordsOf(other) === wordsOf(verdict)).length;
}

/** A verdict without its numbers, which change from report to report. */
function wordsOf({ kind, message }: Verdict): string {
  return `${kind}: ${String(message).replace(/[\d.,e+-]*\d|-?Infinity|NaN/g, '')}`;
}
