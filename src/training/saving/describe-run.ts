import { version } from '../../../package.json';
import { cut, unusable } from '../../tensor/errors.js';
import type { BatchSource } from '../data/batches.js';
import { jsonFields, type Json } from '../json.js';
import type { Pieces } from '../pause.js';
import type { TrainerState } from '../trainer/trainer.js';
import { describe, differences, functionsOf } from './describe.js';

/** The version of the description, not of the library. */
const VERSION = 1;

/** What a checkpoint says about its run. */
export interface CheckpointDescription {
  /** The version of this library that wrote it. */
  readonly library: string;
  /** The `metadata` that {@link saveCheckpoint} was given; null if there were none. */
  readonly metadata: Json;
  /** The settings of the run: optimizers, objectives, sizes; data by their length and checksum. */
  readonly run: { readonly [name: string]: Json };
  /** The names of functions in it, such as a penalty, which a load cannot compare. */
  readonly notCompared: readonly string[];
}

/** Something besides the trainer that has its own state: a source, or the observers of a run. */
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

/** Reads a description; of a later version's description, it reads what it knows. */
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
  // what a trainer lists by itself, such as its decoder's likelihood, is not named again as an option of the part
  const own = all.filter(({ path }) => !all.some((other) => path.endsWith(`.${other.path}`)));
  const found = own.filter(({ path }) => !isWaived(path));
  const [first, ...others] = found;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : `, and ${others.length} more`;
  const seen = `${first.path} ${cut(JSON.stringify(first.now), 43)} where the file has ${cut(JSON.stringify(first.saved), 43)}${more}`;
  // a value made of several numbers, such as a schedule, is waived as a whole
  const parents = found.map(({ path }) => path.slice(0, Math.max(0, path.lastIndexOf('.'))));
  const names = found.map(({ path }, i) =>
    parents[i] !== '' && parents.filter((parent) => parent === parents[i]).length > 1 ? parents[i]! : path,
  );
  const list = [...new Set(names)];
  const few = list.slice(0, 2).map((name) => `'${name}'`);
  const fix = `Make them alike, or load with { waive: [${few.join(', ')}${list.length > 2 ? ', ...' : ''}] }.`;
  throw unusable(where, 'trainer', 'must be made as the saved one was', { seen, fix });
}
