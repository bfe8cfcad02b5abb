/** The error of synthetic rows next to that of held-out rows, both relative to the training rows. */
export interface Compared {
  /** The error of the synthetic rows, 0 to 1. */
  readonly error: number;
  /** The error of held-out rows, at most as many as there are synthetic ones: the best possible one. */
  readonly floor: number;
}

/** The mean errors of some columns or pairs; 0 of none. */
export function meanOf(all: readonly Compared[]): Compared {
  const mean = (of: (one: Compared) => number): number =>
    all.reduce((sum, one) => sum + of(one), 0) / Math.max(1, all.length);
  return { error: mean(({ error }) => error), floor: mean(({ floor }) => floor) };
}

/** How many cells have each code. */
export function countsOf(codes: Int32Array, size: number): Int32Array {
  const counts = new Int32Array(size);
  for (let row = 0; row < codes.length; row++) counts[codes[row]!]!++;
  return counts;
}

/** The total variation distance of two distributions, sum |p - q| / 2, from counts; 1 if one of them has none. */
export function totalVariation(p: Int32Array, q: Int32Array): number {
  let [ofP, ofQ, sum] = [0, 0, 0];
  for (let i = 0; i < p.length; i++) {
    ofP += p[i]!;
    ofQ += q[i]!;
  }
  if (ofP === 0 || ofQ === 0) return 1;
  for (let i = 0; i < p.length; i++) sum += Math.abs(p[i]! / ofP - q[i]! / ofQ);
  return sum / 2;
}
