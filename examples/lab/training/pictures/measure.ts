import type { RandomStream } from 'tfjs-generative';
import type { Pictures } from '../../experiment/pictures.js';
import type { Measures } from '../messages.js';
import { createBreaks } from '../let-messages-in.js';
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

/** Measures sampled pictures by the distances between their pixels; `step` is reported with the numbers. */
export function createPictureMeasuring(pictures: Pictures, { shown, classes, random }: Measured) {
  const [count] = pictures.shape;
  const size = pictures.data.length / count;
  const mixed = [...random.fork('pictures').permutation(count)];
  const order = classes === undefined ? mixed : classesInTurn(mixed, pictures.labels!);
  const chosen = (from: number, to: number): Float32Array[] =>
    order.slice(from, to).flatMap((i) => cut(pictures.data.subarray(i * size, (i + 1) * size), size));
  const data = chosen(0, Math.min(COMPARED, Math.ceil(count / 2)));
  let known: { readonly spread: number; readonly baseline: number } | undefined;

  return async (step: number, samples: Samples, signal?: AbortSignal): Promise<Measures> => {
    const pause = createBreaks(signal);
    const toData = async (set: readonly Float32Array[], within: number): Promise<number> =>
      2 * (await meanDistance(set, data, pause)) - (await meanDistance(set, set, pause)) - within;
    if (known === undefined) {
      const spread = await meanDistance(data, data, pause);
      const sets = Array.from({ length: SETS }, (_, i) => data.length + i * shown)
        .map((from) => chosen(from, from + shown))
        .filter((set, i) => i === 0 || set.length === shown);
      let sum = 0;
      for (const set of sets) sum += await toData(set, spread);
      known = { spread, baseline: sum / sets.length };
    }
    const { spread, baseline } = known;
    return { step, energyDistance: await toData(cut(samples, size), spread), baseline };
  };
}

/** Pictures with pixels from 0 to 1. */
function cut(bytes: Samples, size: number): Float32Array[] {
  return Array.from({ length: bytes.length / size }, (_, i) =>
    Float32Array.from(bytes.subarray(i * size, (i + 1) * size), (byte) => byte / 255),
  );
}

/** The mean distance from a picture of `a` to one of `b`. */
async function meanDistance(
  a: readonly Float32Array[],
  b: readonly Float32Array[],
  pause: () => Promise<void>,
): Promise<number> {
  let sum = 0;
  for (const [k, x] of a.entries()) {
    await pause();
    // of one set with itself each pair counts twice, and is computed once
    for (const y of a === b ? b.slice(0, k) : b) {
      let square = 0;
      for (let i = 0; i < x.length; i++) square += (x[i]! - y[i]!) ** 2;
      sum += Math.sqrt(square);
    }
  }
  return ((a === b ? 2 : 1) * sum) / (a.length * b.length);
}
