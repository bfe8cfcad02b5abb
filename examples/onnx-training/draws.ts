/** Numbers that a step needs, and that nobody gives. */
export interface Draw {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32';
  /**
   * `normal` has mean 0 and deviation 1; `uniform` and `integers` are from `low` to below `high`; of `stratified` ones, each equal part of that range has one.
   * A `table` has a row for each step, and the last row from then on.
   */
  readonly distribution: 'normal' | 'uniform' | 'integers' | 'stratified' | 'table';
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  readonly rows?: readonly (readonly number[])[] | undefined;
}

/** Makes the numbers of a draw for a step; the same seed gives the same numbers in the same order. */
export function createDraws(seed: number): (draw: Draw, step: number) => Float32Array | Int32Array {
  let state = seed >>> 0;
  /** Mulberry32: from 0 to below 1, with 32 bits. */
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  // Box and Muller; 1 - uniform is never 0
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

  return ({ shape, dtype, distribution, low = 0, high = 1, rows }, step) => {
    const count = shape.reduce((product, size) => product * size, 1);
    const between = (place: number): number => low + (high - low) * place;
    const numbers = (): readonly number[] => {
      if (distribution === 'table') return rows![Math.min(step, rows!.length - 1)]!;
      if (distribution === 'normal') return Array.from({ length: count }, normal);
      if (distribution !== 'stratified') return Array.from({ length: count }, () => between(uniform()));
      const parts = Array.from({ length: count }, (_, part) => ({ part, rank: uniform() }));
      parts.sort((a, b) => a.rank - b.rank);
      return parts.map(({ part }) => between((part + uniform()) / count));
    };
    if (dtype === 'int32') return Int32Array.from(numbers(), Math.floor);
    // a number just below `high` may be rounded to it
    return Float32Array.from(numbers(), (x) => (distribution === 'uniform' && Math.fround(x) >= high ? low : x));
  };
}
