/** Statistics of numbers that differ by chance. */
export interface Spread {
  readonly mean: number;
  /** The standard deviation, with n - 1; 0 for one number. */
  readonly deviation: number;
  readonly values: readonly number[];
}

/** Mean and deviation of some numbers. */
export function spreadOf(values: readonly number[]): Spread {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)), values };
}

/** As text: `4.1 ± 0.9`. */
export function spreadText({ mean, deviation }: Spread, digits = 1): string {
  return `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}
