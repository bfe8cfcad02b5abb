import { checkNumber } from '../tensor/checks.js';
import { isOurs, notCalled, outOfRange, wrongKind } from '../tensor/errors.js';
import { logRatioAt, scalesOf, snrOf, type NoiseSchedule } from './noise-schedule.js';
import { conversionAt, type PredictionTarget } from './prediction-target.js';
import type { Weighting } from './weightings.js';

/**
 * The weight of the target's error at each timestep of a list, 0 at the others: |x_0 - estimate|^2 = (sigma / D)^2 |y - prediction|^2.
 * Throws unless weights are finite and at least 0, and one of them is above 0.
 */
export function weightTable(
  where: string,
  weighting: Weighting,
  list: Int32Array,
  { schedule, predicts }: { readonly schedule: NoiseSchedule; readonly predicts: PredictionTarget },
): Float32Array {
  const table = new Float32Array(schedule.steps);
  for (const { t, ratioAt, density } of densityOf(list, schedule)) {
    const snr = snrOf(schedule, ratioAt);
    const weight: unknown = weightOf(where, weighting, snr, density);
    checkNumber(where, `weighting(${snr.toPrecision(3)})`, weight, { least: 0 });
    table[t] = weight * conversionAt(predicts, ...scalesOf(schedule, t)).sample[1] ** 2;
  }
  if (!table.some((weight) => weight > 0)) {
    throw outOfRange(where, 'weighting', 'must be above 0 at one of the timesteps', { seen: '0 at all of them' });
  }
  return table;
}

/**
 * The density over log snr of draws from a list, at each of its timesteps: its share divided by half the distance between its neighbours.
 */
function densityOf(list: Int32Array, schedule: NoiseSchedule): { t: number; ratioAt: number; density: number }[] {
  const counts = new Int32Array(schedule.steps);
  list.forEach((t) => counts[t]!++);
  const times = [...counts.keys()].filter((t) => counts[t]! > 0);
  return times.map((t, k) => {
    const share = counts[t]! / list.length;
    // log snr is -Infinity at alphaBar 0. The integral of snr dlog(snr) from there to t - 1 is snr[t - 1]: a width of 1.
    if (schedule.alphaBar[t] === 0) return { t, ratioAt: Math.max(0, t - 1), density: share };
    // the intervals of the first and the last end at these themselves
    const logSnr = (at = t): number => 2 * logRatioAt(schedule, schedule.alphaBar[at] === 0 ? t : at);
    const width = (logSnr(times[k - 1]) - logSnr(times[k + 1])) / 2;
    return { t, ratioAt: t, density: share / (width || 1) };
  });
}

/** The weight at a ratio; an error of ours says that it was asked of the function that makes weightings. */
function weightOf(where: string, weighting: Weighting, snr: number, density: number): unknown {
  try {
    return weighting(snr, density);
  } catch (error) {
    if (!isOurs(error)) throw error;
    const rule = 'must be a function of the signal-to-noise ratio';
    throw wrongKind(where, 'weighting', rule, { got: weighting, fix: notCalled(weighting) });
  }
}
