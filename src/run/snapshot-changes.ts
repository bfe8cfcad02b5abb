import type { Report } from '../loop/report.js';
import { freezeReport, type RunSnapshot } from './snapshot.js';

/** The changes of a snapshot as plain data, in which each report is posted once instead of the whole history. */
export interface SnapshotChanges {
  /** Fields that changed, except the history. */
  readonly fields: Readonly<Partial<RunSnapshot>>;
  /** If set, the new history is the previous one plus the new report, of which this many of the latest are kept. */
  readonly kept?: number | undefined;
  /** The history, if it changed in any other way. */
  readonly history?: readonly Report[] | undefined;
}

/** The changes between two snapshots; all fields if there was none before. */
export function changesBetween(before: RunSnapshot | undefined, after: RunSnapshot): SnapshotChanges {
  const names = Object.keys({ ...before, ...after }) as (keyof RunSnapshot)[];
  const changed = names.filter((name) => name !== 'history' && !Object.is(before?.[name], after[name]));
  const fields: Partial<RunSnapshot> = Object.fromEntries(changed.map((name) => [name, after[name]]));
  const { history } = after;
  if (history === before?.history) return { fields };
  return isContinued(before?.history, after) ? { fields, kept: history.length } : { fields, history };
}

/** The previous snapshot with the changes, deeply frozen. */
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
