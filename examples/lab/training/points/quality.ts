import type { RandomStream } from 'tfjs-generative';
import type { Experiment, Live } from '../../experiment/experiment.js';
import type { Learner } from '../learner.js';
import { drawPoints, meanDistance } from './measure.js';
import { take } from '../painter.js';
import { CALLS, SAMPLERS, SAMPLES } from '../sizes.js';

/** The energy distance from samples to data for each of `SAMPLERS`, with each number of `CALLS`, in bytes of float32. */
export async function measureQuality(
  experiment: Experiment,
  learner: Learner,
  live: Live,
  random: RandomStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const data = await drawPoints(experiment, random);
  const spread = meanDistance(data, data);
  const distances: number[] = [];
  for (const sampler of SAMPLERS) {
    for (const calls of CALLS) {
      const samples = await take(await learner.samples(SAMPLES, { ...live, shown: 0, sampler, calls }));
      distances.push(2 * meanDistance(samples, data) - meanDistance(samples, samples) - spread);
    }
  }
  return new Uint8Array(new Float32Array(distances).buffer);
}
