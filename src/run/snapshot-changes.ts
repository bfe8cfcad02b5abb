import type { Report } from '../training/loop/report.js';
import { freezeReport, type RunSnapshot } from './snapshot.js';

/** What is new in a snapshot: plain data, of which a report is posted once, and not the history again with each. */
export interface SnapshotChanges {
  /** Fields that differ, without the history. */
  readonly fields: Readonly<Partial<RunSnapshot>>;
  /** The history is the one before and the report that is new, cut to so many of the latest. */
  readonly kept?: number | undefined;
  /** The history, where it is any other. */
  readonly history?: readonly Report[] | undefined;
}

/** What is new in a snapshot, all of it if there was none before. */
export function changesBetween(before: RunSnapshot | undefined, after: RunSnapshot): SnapshotChanges {
  const names = Object.keys({ ...before, ...after }) as (keyof RunSnapshot)[];
  const changed = names.filter((name) => name !== 'history' && !Object.is(before?.[name], after[name]));
  const fields: Partial<RunSnapshot> = Object.fromEntries(changed.map((name) => [name, after[name]]));
  const { history } = after;
  if (history === before?.history) return { fields };
  return isContinued(before?.history, after) ? { fields, kept: history.length } : { fields, history };
}

/** The snapshot after the one before, frozen with all that is in it. */
export function applyChanges(before: RunSnapshot, { fields, kept, history }: SnapshotChanges): RunSnapshot {
  const next = { ...before, ...fields };
  const known = history?.map(freezeReport);
  const report = known?.at(-1) ?? (fields.report && freezeReport(fields.report)) ?? next.report;
  const { error } = next;
  return Object.freeze({
    ...next,
    ...(report && { report }),
    ...(error && { error: Object.freeze(error) }),
    history: historyOf(before, known, kept, report),
  });
}

function historyOf(
  before: RunSnapshot,
  known: readonly Report[] | undefined,
  kept: number | undefined,
  report: Report | undefined,
): readonly Report[] {
  if (known !== undefined) return Object.freeze(known);
  if (kept === undefined) return before.history;
  return Object.freeze([...before.history, report!].slice(-kept));
}

function isContinued(before: readonly Report[] | undefined, { history, report }: RunSnapshot): boolean {
  if (before === undefined || report === undefined || history.at(-1) !== report) return false;
  const all = [...before, report].slice(-history.length);
  return all.length === history.length && all.every((one, i) => one === history[i]);
}
