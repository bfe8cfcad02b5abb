import type { RandomStream } from 'tfjs-generative';
import type { Pictures } from '../../experiment/pictures.js';
import type { Measures } from '../messages.js';
import { createBreaks } from '../let-messages-in.js';
import type { Samples } from '../painter.js';
import { classesInTurn } from './classes-in-turn.js';
import { createFeatures, type Features } from './features.js';

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

/** Measures sampled pictures by the distances between their features; `step` is reported with the numbers. */
export function createPictureMeasuring(pictures: Pictures, { shown, classes, random }: Measured) {
  const [count, ...shape] = pictures.shape;
  const size = pictures.data.length / count;
  const mixed = [...random.fork('pictures').permutation(count)];
  const order = classes === undefined ? mixed : classesInTurn(mixed, pictures.labels!);
  const features = createFeatures(shape, random.fork('features'));
  let known: Known | undefined;

  const learn = async (pause: () => Promise<void>): Promise<Known> => {
    const toFeatures = await features;
    const raw: Features[] = [];
    for (const i of order.slice(0, COMPARED + SETS * shown)) {
      await pause();
      raw.push(toFeatures(pictures.data.subarray(i * size, (i + 1) * size)));
    }
    const half = Math.min(COMPARED, Math.ceil(count / 2));
    const scale = scaleOf(raw.slice(0, half));
    const all = raw.map(scale);
    const data = all.slice(0, half);
    const spread = await meanDistance(data, data, pause);
    const sets = Array.from({ length: SETS }, (_, i) => data.length + i * shown)
      .map((from) => all.slice(from, from + shown))
      .filter((set, i) => i === 0 || set.length === shown);
    let sum = 0;
    for (const set of sets) sum += await energyDistance(set, data, spread, pause);
    return { data, spread, baseline: sum / sets.length, cut: (bytes) => scale(toFeatures(bytes)) };
  };

  return async (step: number, samples: Samples, signal?: AbortSignal): Promise<Measures> => {
    const pause = createBreaks(signal);
    known ??= await learn(pause);
    const { data, spread, baseline, cut } = known;
    const made = Array.from({ length: samples.length / size }, (_, i) =>
      cut(samples.subarray(i * size, (i + 1) * size)),
    );
    return { step, energyDistance: await energyDistance(made, data, spread, pause), baseline };
  };
}

/** What is known of the data. */
interface Known {
  readonly data: readonly Float32Array[];
  /** The mean distance between two pictures of the data. */
  readonly spread: number;
  readonly baseline: number;
  /** The scaled features of a picture. */
  readonly cut: (bytes: Samples) => Float32Array;
}

/** The share of the variances by which a covariance is kept from being that of the few pictures alone. */
const SHRINKAGE = 0.1;

/**
 * Makes a function that scales features by the data: both parts have a mean of 0 and, together, a variance of 1. Textures lose their
 * correlations, so that a fine texture counts where its coarser ones do not explain it.
 */
function scaleOf(data: readonly Features[]): (features: Features) => Float32Array {
  const whiten = whiteningOf(data.map(({ texture }) => texture));
  const mean = averageOf(data.map(({ content }) => content));
  const variance = averageOf(data.map(({ content }) => content.map((value, i) => (value - mean[i]!) ** 2)));
  const whole = Math.sqrt(variance.reduce((sum, one) => sum + one, 0)) || 1;
  return ({ texture, content }) => {
    const white = whiten(texture);
    const side = Math.sqrt(white.length);
    return Float32Array.from([
      ...white.map((value) => value / side),
      ...content.map((value, i) => (value - mean[i]!) / whole),
    ]);
  };
}

/** Makes a function that solves L white = features - mean, where L L^T is the covariance of some rows (Cholesky). */
function whiteningOf(rows: readonly Float32Array[]): (features: Float32Array) => Float32Array {
  const mean = averageOf(rows);
  const size = mean.length;
  const moved = rows.map((row) => row.map((value, i) => value - mean[i]!));
  const lower = Array.from({ length: size }, () => new Float64Array(size));
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = moved.reduce((total, row) => total + row[i]! * row[j]!, 0) / rows.length;
      // what never changes counts by what it is
      if (i === j) sum = (1 + SHRINKAGE) * sum || 1;
      for (let k = 0; k < j; k++) sum -= lower[i]![k]! * lower[j]![k]!;
      lower[i]![j] = i === j ? Math.sqrt(Math.max(sum, 1e-9)) : sum / lower[j]![j]!;
    }
  }
  return (features) => {
    const white = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      let value = features[i]! - mean[i]!;
      for (let k = 0; k < i; k++) value -= lower[i]![k]! * white[k]!;
      white[i] = value / lower[i]![i]!;
    }
    return white;
  };
}

const averageOf = (rows: readonly Float32Array[]): Float32Array =>
  rows[0]!.map((_, i) => rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length);

/** The energy distance from a set to data whose mean distance from each other is `spread`. */
async function energyDistance(
  set: readonly Float32Array[],
  data: readonly Float32Array[],
  spread: number,
  pause: () => Promise<void>,
): Promise<number> {
  return 2 * (await meanDistance(set, data, pause)) - (await meanDistance(set, set, pause)) - spread;
}

/** The mean distance from a row of `a` to one of `b`. */
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
