/** Draws the numbers of one case; the same for the same seed. */
export interface Draw {
  /** An integer, both ends included. */
  integer(least: number, most: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(share: number): boolean;
  /** As many integers as there are axes. */
  shape(axes: number, least: number, most: number): number[];
}

export function drawOf(seed: number): Draw {
  let state = (Math.imul(seed, 2654435761) + 0x9e3779b9) >>> 0;
  // mulberry32
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (least: number, most: number): number => least + Math.floor(uniform() * (most - least + 1));
  return {
    integer,
    pick: (choices) => choices[integer(0, choices.length - 1)]!,
    chance: (share) => uniform() < share,
    shape: (axes, least, most) => Array.from({ length: axes }, () => integer(least, most)),
  };
}
