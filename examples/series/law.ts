import * as tf from '@tensorflow/tfjs';
import type { RandomStream } from 'tfjs-generative';

/** Steps of a window. */
export const STEPS = 32;
/** The sensors of the law. */
export const SENSORS = ['position', 'strain', 'load'] as const;
/** The standard deviation of the noise of each number. */
const NOISE = 0.1;
/** Turns within a window, from and to. */
const [FEWEST, MOST] = [1, 3];

/** Windows of several sensors, one after the other, each step by step: `[count, STEPS, channels]`. */
export interface Windows {
  readonly values: Float32Array;
  readonly count: number;
  readonly channels: number;
}

/** The size of one window. */
export const sizeOf = ({ channels }: Windows): number => STEPS * channels;

/** A part of windows. */
export function rowsOf(windows: Windows, from: number, to: number): Windows {
  const size = sizeOf(windows);
  return { ...windows, values: windows.values.slice(from * size, to * size), count: to - from };
}

/**
 * The sensors of a wheel without noise: it begins at `phase` and makes `turns` turns in a window. Position = sin a, strain = cos 2a, which
 * is 1 - 2 sin^2 a, and load = sin(a - 1), at the angle a = phase + 2 pi turns t / STEPS.
 */
function noiseless(phase: number, turns: number): Float64Array {
  const window = new Float64Array(STEPS * SENSORS.length);
  for (let t = 0; t < STEPS; t++) {
    const angle = phase + (2 * Math.PI * turns * t) / STEPS;
    window.set([Math.sin(angle), Math.cos(2 * angle), Math.sin(angle - 1)], t * SENSORS.length);
  }
  return window;
}

/** Draws windows: the phase and the turns are uniform, and each number has independent Gaussian noise. */
export async function drawWindows(count: number, random: RandomStream): Promise<Windows> {
  const channels = SENSORS.length;
  const drawn = [random.uniform([count, 2]), random.normal([count * STEPS * channels])];
  const [latents, noise] = (await Promise.all(drawn.map((tensor) => tensor.data()))) as [Float32Array, Float32Array];
  tf.dispose(drawn);
  const values = noise.map((z) => NOISE * z);
  for (let i = 0; i < count; i++) {
    const window = noiseless(2 * Math.PI * latents[2 * i]!, FEWEST + (MOST - FEWEST) * latents[2 * i + 1]!);
    window.forEach((x, j) => (values[i * window.length + j]! += x));
  }
  return { values, count, channels };
}

/** A mean and a standard deviation for each number of a window. */
export interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

let grid: readonly Float64Array[] | undefined;

/** The windows without noise of 360 phases and 200 numbers of turns, made once: 55 MB. */
function noiselessGrid(): readonly Float64Array[] {
  const [phases, turns] = [360, 200];
  grid ??= Array.from({ length: phases * turns }, (_, k) =>
    noiseless(
      (2 * Math.PI * (k % phases)) / phases,
      FEWEST + ((MOST - FEWEST) * (Math.floor(k / phases) + 0.5)) / turns,
    ),
  );
  return grid;
}

/**
 * The moments of a window given its known numbers, by the sum over the {@link noiselessGrid}: the posterior of the two latents is
 * proportional to exp(-|known - noiseless|^2 / (2 NOISE^2)), and the law of total variance adds the noise.
 */
export function conditionalMoments(window: ArrayLike<number>, isKnown: (place: number) => boolean): Moments {
  const size = window.length;
  const known = Array.from({ length: size }, (_, j) => j).filter(isKnown);
  const windows = noiselessGrid();
  const logs = windows.map(
    (clean) => known.reduce((sum, j) => sum - (window[j]! - clean[j]!) ** 2, 0) / (2 * NOISE ** 2),
  );
  const most = logs.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logs.map((log) => Math.exp(log - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const [mean, square] = [new Float64Array(size), new Float64Array(size)];
  windows.forEach((clean, k) => {
    const weight = weights[k]! / total;
    if (weight < 1e-12) return;
    for (let j = 0; j < size; j++) {
      mean[j]! += weight * clean[j]!;
      square[j]! += weight * clean[j]! ** 2;
    }
  });
  return { mean, deviation: square.map((x, j) => Math.sqrt(Math.max(0, x - mean[j]! ** 2) + NOISE ** 2)) };
}
