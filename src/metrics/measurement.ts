/** A measured value, and in words how it was measured: two values may be compared if their protocols are equal. */
export interface Measurement {
  readonly value: number;
  readonly protocol: string;
}
