/** Test images whose probability is bounded. */
export const BOUND_IMAGES = 1_000;

/** The mean of a lower bound of log p(x) over images, in nats, and its standard error as an estimate of that mean. */
export interface Bound {
  readonly nats: number;
  readonly standardError: number;
}
