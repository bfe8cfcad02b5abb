/** A stream of choices, the same for the same seed. */
export interface Draw {
  /** 0 <= n < 1. */
  unit(): number;
  /** low <= n <= high. */
  integer(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  chance(probability: number): boolean;
  /** With some probability the value, else undefined. */
  maybe<T>(make: () => T, probability?: number): T | undefined;
}

export function drawOf(seed: number): Draw {
  let state = Math.imul(seed ^ (seed / 2 ** 32), 0x9e3779b1) >>> 0;
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (low: number, high: number): number => low + Math.floor(unit() * (high - low + 1));
  const chance = (probability: number): boolean => unit() < probability;
  return {
    unit,
    integer,
    chance,
    pick: (list) => list[integer(0, list.length - 1)]!,
    maybe: (make, probability = 0.5) => (chance(probability) ? make() : undefined),
  };
}
