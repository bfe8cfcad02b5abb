/** Times within these factors count as equal: measured by turns, or minutes apart, when they differ more by chance. */
const EQUAL = { byTurns: 1.1, apart: 1.3 };

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Milliseconds of the same work, measured several times on the same computer. */
export interface Timed {
  readonly name: string;
  readonly milliseconds: readonly number[];
}

/**
 * Which of two backends trains faster, in words. Both the medians and the least times must differ, and times that were measured by turns must
 * agree in all turns but one: a busy computer moves one of these more easily than all. On two busy cores the words were wrong in 1 of 55
 * comparisons of a backend with itself by turns, and never named the slower of two that differ by a twentieth; of those that differ by a
 * half, 2 of 110 counted as equal. Of 156 such comparisons of times that were measured up to 20 seconds apart, none was wrong.
 */
export function compareTimes(one: Timed, other: Timed, how: keyof typeof EQUAL): string {
  const ratio = median(other.milliseconds) / median(one.milliseconds);
  const [winner, loser] = ratio > 1 ? [one, other] : [other, one];
  const factor = ratio > 1 ? ratio : 1 / ratio;
  const ofLeast = Math.min(...loser.milliseconds) / Math.min(...winner.milliseconds);
  const lost = winner.milliseconds.filter((value, turn) => value >= loser.milliseconds[turn]!).length;
  if (Math.min(factor, ofLeast) < EQUAL[how] || (how === 'byTurns' && lost > 1))
    return `trains about as fast on ${one.name} as on ${other.name} here`;
  return `trains ${factor < 10 ? factor.toPrecision(2) : factor.toFixed(0)} times as fast on ${winner.name} here`;
}
