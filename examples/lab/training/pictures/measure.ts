import type { RandomStream } from 'tfjs-generative';
import type { Pictures } from '../../experiment/pictures.js';
import type { Measures } from '../messages.js';
import type { Samples } from '../painter.js';
import { classesInTurn } from './classes-in-turn.js';

/** Pictures of the data to which samples are compared. */
const COMPARED = 256;
/** Sets of other pictures, as many as there are samples in each, whose mean distance is the best that can be expected. */
const SETS = 8;

/** How samples are made that are measured. */
interface Measured {
  /** Samples at a time. */
  readonly shown: number;
  /** The number of classes that take turns among them, if any. */
  readonly classes: number | undefined;
  readonly random: RandomStream;
}

/** Measures sampled pictures by the distances between their pixels; `step` is told with the numbers. */
export function createPictureMeasuring(pictures: Pictures, { shown, classes, random }: Measured) {
  const [count] = pictures.shape;
  const size = pictures.data.length / count;
  const mixed = [...random.fork('pictures').permutation(count)];
  const order = classes === undefined ? mixed : classesInTurn(mixed, pictures.labels!);
  const chosen = (from: number, to: number): Float32Array[] =>
    order.slice(from, to).flatMap((i) => cut(pictures.data.subarray(i * size, (i + 1) * size), size));
  const data = chosen(0, Math.min(COMPARED, Math.ceil(count / 2)));
  let spread: number | undefined;
  let baseline = 0;

  const toData = (set: readonly Float32Array[]): number =>
    2 * meanDistance(set, data) - meanDistance(set, set) - spread!;
  return async (step: number, samples: Samples): Promise<Measures> => {
    if (spread === undefined) {
      spread = meanDistance(data, data);
      const sets = Array.from({ length: SETS }, (_, i) => data.length + i * shown)
        .map((from) => chosen(from, from + shown))
        .filter((set, i) => i === 0 || set.length === shown);
      baseline = sets.reduce((sum, set) => sum + toData(set), 0) / sets.length;
    }
    return { step, energyDistance: toData(cut(samples, size)), baseline };
  };
}

/** Pictures with pixels from 0 to 1. */
function cut(bytes: Samples, size: number): Float32Array[] {
  return Array.from({ length: bytes.length / size }, (_, i) =>
    Float32Array.from(bytes.subarray(i * size, (i + 1) * size), (byte) => byte / 255),
  );
}

/** The mean distance from a picture of `a` to one of `b`. */
function meanDistance(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  let sum = 0;
  for (const x of a) {
    for (const y of b) {
      let square = 0;
      for (let i = 0; i < x.length; i++) square += (x[i]! - y[i]!) ** 2;
      sum += Math.sqrt(square);
    }
  }
  return sum / (a.length * b.length);
}
