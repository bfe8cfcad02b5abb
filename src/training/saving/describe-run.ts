import { version } from '../../../package.json';
import { cut, unusable } from '../../tensor/errors.js';
import type { BatchSource } from '../data/batches.js';
import { jsonFields, type Json } from '../json.js';
import type { Pieces } from '../pause.js';
import type { TrainerState } from '../trainer/trainer.js';
import { describe, differences, functionsOf } from './describe.js';

/** The version of the description, not of the library. */
const VERSION = 1;

/** The description of a run in its checkpoint. */
export interface CheckpointDescription {
  /** The version of this library that wrote it. */
  readonly library: string;
  /** The `metadata` passed to {@link saveCheckpoint}; null if there were none. */
  readonly metadata: Json;
  /** The settings of the run: optimizers, objectives, sizes; data by their length and checksum. */
  readonly run: { readonly [name: string]: Json };
  /** The names of settings that are functions, such as a penalty, which a load cannot compare. */
  readonly notCompared: readonly string[];
}

/** A part of a run with a state of its own that is not in the trainer: a source, or the observers. */
export type Source = Pick<BatchSource, 'state' | 'restore' | 'settings'>;

/** All such sources, by the names of their options. */
export type Sources = Readonly<Record<'data' | 'validation' | 'observers', Source | null | undefined>>;

/** Describes a run: its trainer, its sources and its observers. */
export function* describeRun({ settings = {} }: TrainerState, named: Sources): Pieces<Json> {
  const sources = Object.entries(named).flatMap(([name, source]) =>
    source?.settings === undefined ? [] : [[name, source.settings] as const],
  );
  return { version: VERSION, library: version, run: yield* describe({ ...settings, ...Object.fromEntries(sources) }) };
}

/** Reads a description; fields that a later version has added are ignored. */
export function readDescription(about: Json): Omit<CheckpointDescription, 'metadata'> {
  const { library, run } = jsonFields(about) ?? {};
  return {
    library: typeof library === 'string' ? library : '',
    run: jsonFields(run) ?? {},
    notCompared: functionsOf(run ?? null),
  };
}

/** Throws an error that names the differences unless a run is made like the saved one; waived names may differ. */
export function checkSameRun(where: string, saved: Json, now: Json, waive: readonly string[]): void {
  const isWaived = (path: string): boolean => waive.some((name) => path === name || path.startsWith(`${name}.`));
  const all = differences(readDescription(saved).run, readDescription(now).run);
  // a setting that the trainer lists itself, such as its decoder's likelihood, is not repeated as an option of the part
  const own = all.filter(({ path }) => !all.some((other) => path.endsWith(`.${other.path}`)));
  const different = own.filter(({ path }) => !isWaived(path));
  const [first, ...others] = different;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const seen = `${first.path} ${cut(JSON.stringify(first.now), 43)} where the file has ${cut(JSON.stringify(first.saved), 43)}${more}`;
  // a value made of several numbers, such as a schedule, is waived as a whole
  const parents = different.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  const names = different.map(({ path }, i) =>
    parents[i] !== '' && parents.filter((parent) => parent === parents[i]).length > 1 ? parents[i]! : path,
  );
  const list = [...new Set(names)];
  const few = list.slice(0, 2).map((name) => `'${name}'`);
  const fix = `Use the same settings, or load with { waive: [${few.join(', ')}${list.length > 2 ? ', ...' : ''}] }.`;
  throw unusable(where, 'trainer', 'must be made like the saved one', { seen, fix });
}
