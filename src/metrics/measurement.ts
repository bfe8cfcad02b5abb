/** A measured value and a description of the measurement. Two values are comparable if their protocols are equal. */
export interface Measurement {
  /** The number; its unit is the measure's. */
  readonly value: number;
  /** A description of the measurement. */
  readonly protocol: string;
}
