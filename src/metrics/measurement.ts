/** A measured value, and in words how it was measured: two values may be compared if their protocols are equal. */
export interface Measurement {
  /** The number; its unit is the measure's. */
  readonly value: number;
  /** How it was measured, in words. */
  readonly protocol: string;
}
