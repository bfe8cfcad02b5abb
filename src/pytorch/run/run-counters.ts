import { jsonFields, type Json } from '../../training/json.js';

/** Where a number is in a plain state. */
export type CounterPath = readonly (string | number)[];

/** The counters and states of streams that change from step to step, for several steps. */
export interface RunCounters {
  readonly paths: readonly CounterPath[];
  /** A row for each step, and one for the beginning. */
  readonly rows: readonly Int32Array[];
}

/** The numbers of plain states that differ, as 32 bits each; undefined if something else differs. */
export function countersOf(states: readonly Json[]): RunCounters | undefined {
  const [first] = states as [Json, ...Json[]];
  const paths = pathsIn(first).filter((path) => states.some((state) => at(state, path) !== at(first, path)));
  const rows = states.map((state) => Int32Array.from(paths, (path) => Number(at(state, path)) | 0));
  const isWhole = states.every((state) => JSON.stringify(withCounters(first, paths, rows[states.indexOf(state)]!)) === JSON.stringify(state)); // prettier-ignore
  return isWhole ? { paths, rows } : undefined;
}

/** A plain state with other counters. */
export function withCounters(plain: Json, paths: readonly CounterPath[], row: Int32Array): Json {
  const copy = JSON.parse(JSON.stringify(plain)) as Json;
  paths.forEach((path, i) => {
    const parent = at(copy, path.slice(0, -1)) as Record<string, number>;
    parent[String(path.at(-1))] = row[i]! >>> 0;
  });
  return copy;
}

function at(state: Json | undefined, path: CounterPath): Json | undefined {
  return path.reduce<Json | undefined>(
    (value, key) => (value as Readonly<Record<string, Json>> | undefined | null)?.[key],
    state,
  );
}

function pathsIn(state: Json, path: CounterPath = []): CounterPath[] {
  if (typeof state === 'number') return [path];
  if (Array.isArray(state)) return (state as readonly Json[]).flatMap((one, i) => pathsIn(one, [...path, i]));
  return Object.entries(jsonFields(state) ?? {}).flatMap(([name, one]) => pathsIn(one, [...path, name]));
}
