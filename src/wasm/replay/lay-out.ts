/** A value that is made in one call, and used for the last time in another. */
export interface Lifetime {
  readonly bytes: number;
  readonly first: number;
  readonly last: number;
}

/** Where values are, in bytes from the beginning of a block, and how long it must be. */
export interface Layout {
  readonly places: readonly number[];
  readonly bytes: number;
}

/** A gap, or what follows the values. */
interface Gap {
  at: number;
  bytes: number;
}

/** Each begins a cache line. */
const LINE = 64;

/** Puts values into one block, so that those of the same time do not overlap: each into the smallest gap that is there when it is made. */
export function layOut(lifetimes: readonly Lifetime[], calls: number): Layout {
  const places = new Array<number>(lifetimes.length).fill(0);
  const gaps: Gap[] = [{ at: 0, bytes: Infinity }];
  let bytes = 0;
  const sizeOf = (i: number): number => Math.max(LINE, Math.ceil(lifetimes[i]!.bytes / LINE) * LINE);
  const begin = listsBy(lifetimes, calls, ({ first }) => first);
  const end = listsBy(lifetimes, calls, ({ last }) => last);
  for (let call = 0; call < calls; call++) {
    for (const i of begin[call]!) {
      places[i] = take(gaps, sizeOf(i));
      bytes = Math.max(bytes, places[i] + sizeOf(i));
    }
    for (const i of end[call]!) giveBack(gaps, places[i]!, sizeOf(i));
  }
  return { places, bytes };
}

function listsBy(lifetimes: readonly Lifetime[], calls: number, of: (one: Lifetime) => number): number[][] {
  const lists = Array.from({ length: calls }, (): number[] => []);
  lifetimes.forEach((one, i) => lists[of(one)]?.push(i));
  return lists;
}

function take(gaps: Gap[], bytes: number): number {
  const fitting = gaps.filter((gap) => gap.bytes >= bytes);
  const best = fitting.reduce((least, gap) => (gap.bytes < least.bytes ? gap : least));
  const { at } = best;
  best.at += bytes;
  best.bytes -= bytes;
  if (best.bytes === 0) gaps.splice(gaps.indexOf(best), 1);
  return at;
}

function giveBack(gaps: Gap[], at: number, bytes: number): void {
  const next = gaps.findIndex((gap) => gap.at > at);
  const after = gaps[next]!;
  const before = gaps[next - 1];
  const meetsAfter = at + bytes === after.at;
  if (before !== undefined && before.at + before.bytes === at) {
    before.bytes += bytes + (meetsAfter ? after.bytes : 0);
    if (meetsAfter) gaps.splice(next, 1);
  } else if (meetsAfter) {
    after.at = at;
    after.bytes += bytes;
  } else gaps.splice(next, 0, { at, bytes });
}
