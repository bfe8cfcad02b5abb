/** A measured value, and how it was measured, in words: two values may be compared if their protocols are equal. */
export interface Measurement {
  /** The number; its unit is the measure's. */
  readonly value: number;
  /** How it was measured, in words. */
  readonly protocol: string;
}
