import type { Coverage } from '../data/modes.js';
import type { Measures } from '../training/messages.js';

/** More times than this are only called more. */
const MOST = 1_000;

/** How far samples are, in multiples of the distance between data and other data. */
export function timesAsFar({ energyDistance, baseline }: Measures): string {
  const times = energyDistance / baseline;
  return times < MOST ? `${times.toFixed(1)} times as far` : `more than ${MOST.toLocaleString('en')} times as far`;
}

/** An energy distance; of samples that are not finite it is none. */
export const distanceText = (distance: number): string =>
  Number.isFinite(distance) ? distance.toPrecision(2) : 'not finite';

/** Whether a small distance hides that half of the samples are in no cloud. */
export const isBetween = ({ within }: Coverage, { energyDistance, baseline }: Measures): boolean =>
  within < 0.5 && energyDistance < 10 * baseline;
