import type { RandomStream } from 'tfjs-generative';
import { coverageOf } from '../../data/modes.js';
import type { Experiment } from '../../experiment/experiment.js';
import { drawData } from './draw-data.js';
import type { Measures } from '../messages.js';
import { take, type Samples } from '../painter.js';
import { SAMPLES } from '../sizes.js';

/** Measures samples, points with x and y in turn; `step` is reported with the numbers. */
export function createMeasuring(experiment: Experiment, random: RandomStream) {
  const fresh = drawPoints(experiment, random.fork('fresh'));
  let [spread, ofPoint]: [number | undefined, number] = [undefined, 0];
  return async (step: number, samples: Samples): Promise<Measures> => {
    const data = await fresh;
    if (spread === undefined) {
      spread = meanDistance(data, data);
      ofPoint = 2 * meanDistance(meanOf(data), data) - spread;
    }
    // the mean over all other sets of as many points: within a set, each point's distance from itself counts as 0. A single other set may be
    // three times as far or as near by chance.
    const baseline = (2 * spread) / (SAMPLES - 1);
    const energyDistance = 2 * meanDistance(samples, data) - meanDistance(samples, samples) - spread;
    return { step, energyDistance, baseline, ofPoint, modes: coverageOf(experiment, samples) };
  };
}

/** Fresh points of an experiment's data. */
export async function drawPoints(experiment: Experiment, random: RandomStream): Promise<Float32Array> {
  return take(drawData(experiment, SAMPLES, random));
}

/** The mean of points, x and y in turn. */
function meanOf(points: Samples): Float32Array {
  const mean = new Float32Array(2);
  points.forEach((value, i) => (mean[i % 2]! += (2 * value) / points.length));
  return mean;
}

/** The mean distance from a point of `a` to a point of `b`; each array has x and y in turn. */
export function meanDistance(a: Samples, b: Samples): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 2) {
    for (let j = 0; j < b.length; j += 2) {
      const dx = a[i]! - b[j]!;
      const dy = a[i + 1]! - b[j + 1]!;
      sum += Math.sqrt(dx * dx + dy * dy);
    }
  }
  return (4 * sum) / (a.length * b.length);
}
