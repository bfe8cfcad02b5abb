/**
 * Functions of public types that users write and the library calls, such as the members of a store: those that were called since they were
 * last taken. Names are those of the API reports.
 */
const names = new Set<string>();

/** Remembers that a function was called. */
export function hear(...called: readonly string[]): void {
  for (const name of called) names.add(name);
}

export function takeHeard(): string[] {
  const taken = [...names];
  names.clear();
  return taken;
}

/** The record with functions that are remembered as members of a type when they are called. */
export function heardAs<T extends object>(type: string, record: T): T {
  const made: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(record) as [string, unknown][]) {
    made[name] = value;
    if (typeof value !== 'function') continue;
    made[name] = (...list: readonly unknown[]): unknown => {
      hear(`${type}.${name}`);
      return (value as (...list: readonly unknown[]) => unknown).apply(record, list as unknown[]);
    };
  }
  return made as T;
}
