import type { StepTrace, TracedDraw } from './trace-step.js';

/** A constant with a number for each integer that the host draws: what it is for each of them, as bits. */
export interface Table {
  readonly value: number;
  readonly entries: Int32Array;
}

/** So many steps at most are made to see what a step computes from each integer. */
const MOST_LISTS = 64;

/** Lists of as many integers as one that was drawn, which contain all of them together; undefined if these are too many. */
export function listsOf({ list, size }: TracedDraw): readonly Int32Array[] | undefined {
  const count = Math.ceil(size / list.length);
  if (count > MOST_LISTS) return undefined;
  return Array.from({ length: count }, (_, k) => list.map((__, i) => (count * i + k) % size));
}

/** Finds what a constant is for each integer; undefined if it has not a number for each that depends on it alone. */
export function tableOf(value: number, steps: readonly StepTrace[]): Table | undefined {
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
  return isKnown.includes(0) ? undefined : { value, entries };
}

/** Which tables have one entry for all integers of a list, and whether these are one: less may be computed then. */
export function uniformIn(list: Int32Array, tables: readonly Table[]): string {
  const isOne = (numberOf: (drawn: number) => number): boolean => {
    const first = numberOf(list[0]!);
    return list.every((drawn) => numberOf(drawn) === first);
  };
  const flags = [isOne((drawn) => drawn), ...tables.map(({ entries }) => isOne((drawn) => entries[drawn]!))];
  return flags.join();
}
