/** Medians within this factor count as equal. */
export const EQUAL = 1.1;

/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((one, other) => one - other);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

/** Which of two backends trains faster, in a sentence, from milliseconds measured by turns on the same computer. */
export function compareTimes(
  one: { readonly name: string; readonly milliseconds: readonly number[] },
  other: { readonly name: string; readonly milliseconds: readonly number[] },
): string {
  const ratio = median(other.milliseconds) / median(one.milliseconds);
  if (ratio < EQUAL && ratio > 1 / EQUAL) return `trains about as fast on ${one.name} as on ${other.name} here`;
  const [winner, factor] = ratio > 1 ? [one, ratio] : [other, 1 / ratio];
  return `trains ${factor < 10 ? factor.toPrecision(2) : factor.toFixed(0)} times as fast on ${winner.name} here`;
}
