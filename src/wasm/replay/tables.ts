import type { StepTrace, TracedDraw } from './trace-step.js';

/** A constant with a number for each integer that the host draws: what it is for each of them, as bits. */
export interface Table {
  readonly value: number;
  readonly entries: Int32Array;
}

/** So many steps at most are made to see what a step computes from each integer. */
const MOST_LISTS = 256;

/** Lists of as many integers as one that was drawn, which contain all of them together; undefined if these are too many. */
export function listsOf({ list, size }: TracedDraw): readonly Int32Array[] | undefined {
  const count = Math.ceil(size / list.length);
  if (count > MOST_LISTS) return undefined;
  return Array.from({ length: count }, (_, k) => list.map((__, i) => (count * i + k) % size));
}

/** Finds what constants are for each integer; undefined if one has not a number for each that depends on it alone. */
export function tablesOf(values: readonly number[], steps: readonly StepTrace[]): readonly Table[] | undefined {
  const tables: Table[] = [];
  for (const value of values) {
    const entries = entriesOf(value, steps);
    if (entries === undefined) return undefined;
    tables.push({ value, entries });
  }
  return tables;
}

function entriesOf(value: number, steps: readonly StepTrace[]): Int32Array | undefined {
  const entries = new Int32Array(steps[0]!.hostDraws[0]!.size);
  const isKnown = new Uint8Array(entries.length);
  for (const { hostDraws, values } of steps) {
    const { list } = hostDraws[0]!;
    const data = values[value]?.data;
    if (data?.length !== 4 * list.length) return undefined;
    const numbers = new Int32Array(data.slice().buffer);
    for (const [i, drawn] of list.entries()) {
      if (isKnown[drawn] && entries[drawn] !== numbers[i]) return undefined;
      entries[drawn] = numbers[i]!;
      isKnown[drawn] = 1;
    }
  }
  return isKnown.includes(0) ? undefined : entries;
}

/** Whether all integers, or their entries in some table, are one: less may be computed then. */
export function isUniform(list: Int32Array, tables: readonly Table[]): boolean {
  const isOne = (numberOf: (drawn: number) => number): boolean => {
    const first = numberOf(list[0]!);
    return list.every((drawn) => numberOf(drawn) === first);
  };
  return isOne((drawn) => drawn) || tables.some(({ entries }) => isOne((drawn) => entries[drawn]!));
}
