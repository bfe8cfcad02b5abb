import type { RandomStream } from '../random/stream.js';
import { readTensor } from '../tensor/lost-backend.js';
import { snrOf, type NoiseSchedule } from './noise-schedule.js';

/** The timesteps of one estimate for the variational bound. */
export interface BoundTimesteps {
  /** A timestep above 0 for each example. */
  readonly timesteps: Int32Array;
  /** The weight of each example's term; 1 by default. */
  readonly weights?: Float64Array;
}

/** Every timestep above 0, the last one first. */
export function everyTimestep({ steps }: NoiseSchedule, batch: number): BoundTimesteps[] {
  return Array.from({ length: steps - 1 }, (_, i) => ({ timesteps: new Int32Array(batch).fill(steps - 1 - i) }));
}

/**
 * Timesteps above 0, drawn by importance: each example gets one from each of `count` equal parts of the distribution, in falling order.
 *
 * P(t) is proportional to (snr[t - 1] - snr[t]) / (1 + snr[t - 1]): the weight of the error at t times its approximate size. Each term
 * has the weight 1 / (count P(t)), so that the expectation is the whole sum.
 */
export async function drawTimesteps(
  schedule: NoiseSchedule,
  batch: number,
  count: number,
  random: RandomStream,
): Promise<BoundTimesteps[]> {
  if (schedule.steps === 1) return [];
  const shares = Array.from({ length: schedule.steps }, (_, t) => {
    if (t === 0) return 0;
    const before = snrOf(schedule, t - 1);
    return (before - snrOf(schedule, t)) / (1 + before);
  });
  const total = shares.reduce((sum, share) => sum + share, 0);
  let reached = 0;
  const upTo = shares.map((share) => (reached += share) / total);
  const draws = random.uniform([count, batch]);
  const places = await readTensor('variationalBound', draws).finally(() => draws.dispose());
  return Array.from({ length: count }, (_, k) => {
    const part = count - 1 - k;
    const timesteps = Int32Array.from({ length: batch }, (_, i) => indexOf((part + places[k * batch + i]!) / count));
    return { timesteps, weights: Float64Array.from(timesteps, (t) => total / (count * shares[t]!)) };
  });

  function indexOf(place: number): number {
    const t = upTo.findIndex((end) => place < end);
    return t < 0 ? schedule.steps - 1 : t;
  }
}
