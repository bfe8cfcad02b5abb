import type { Point } from './points.js';

/** What a viewer looks at; the page sends it when it changes. */
export interface Look {
  /** The noise level that is shown, from 0 for data to 1 for noise. */
  readonly noise: number;
  /** The place in the plane of the first two latents that is decoded. */
  readonly z: Point;
  /** The two data points between which latents are interpolated, by their numbers. */
  readonly pair: readonly [from: number, to: number];
  /** Letters of a word that is completed, with _ for blanks. */
  readonly typed: string;
}

/** What is looked at first. */
export const firstLook: Look = { noise: 0.5, z: [0, 0], pair: [0, 1], typed: 's_a_e' };
