/** Number of test images for which the bound is computed. */
export const BOUND_IMAGES = 1_000;

/** The mean over images of a lower bound of log p(x), in nats, and the standard error of that mean. */
export interface Bound {
  readonly nats: number;
  readonly standardError: number;
}
