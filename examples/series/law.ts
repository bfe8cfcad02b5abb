import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';

/** Steps of a window. */
export const STEPS = 32;
/** The standard deviation of the noise of each number. */
const NOISE = 0.1;

/** A machine that turns: its sensors see the angle, which begins anywhere and grows at a constant speed. */
export interface Law {
  readonly sensors: readonly string[];
  /** Turns within a window, from and to. */
  readonly turns: readonly [number, number];
  /** The numbers of the sensors at an angle, without noise. */
  readonly at: (angle: number) => readonly number[];
}

/** The machines whose windows can be drawn. */
export const laws = {
  // strain is 1 - 2 sin^2 a, a quadratic function of position
  wheel: {
    sensors: ['position', 'strain', 'load'],
    turns: [1, 3],
    at: (angle) => [Math.sin(angle), Math.cos(2 * angle), Math.sin(angle - 1)],
  },
  // no sensor is a linear function of the others, and the speed varies so much that few planes hold the windows of all speeds
  gearbox: {
    sensors: ['shaft', 'second gear', 'third gear'],
    turns: [1, 4],
    at: (angle) => [Math.sin(angle), Math.cos(2 * angle), Math.sin(3 * angle)],
  },
} as const satisfies Readonly<Record<string, Law>>;

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

/** A window without noise: the angle is phase + 2 pi turns t / STEPS. */
function noiseless({ sensors, at }: Law, phase: number, turns: number): Float64Array {
  const window = new Float64Array(STEPS * sensors.length);
  for (let t = 0; t < STEPS; t++) window.set(at(phase + (2 * Math.PI * turns * t) / STEPS), t * sensors.length);
  return window;
}

/** Draws windows: the phase and the turns are uniform, and each number has independent Gaussian noise. */
export async function drawWindows(law: Law, count: number, random: RandomStream): Promise<Windows> {
  const channels = law.sensors.length;
  const [fewest, most] = law.turns;
  const drawn = [random.uniform([count, 2]), random.normal([count * STEPS * channels])];
  const [latents, noise] = (await Promise.all(drawn.map((tensor) => tensor.data()))) as [Float32Array, Float32Array];
  tf.dispose(drawn);
  const values = noise.map((z) => NOISE * z);
  for (let i = 0; i < count; i++) {
    const window = noiseless(law, 2 * Math.PI * latents[2 * i]!, fewest + (most - fewest) * latents[2 * i + 1]!);
    window.forEach((x, j) => (values[i * window.length + j]! += x));
  }
  return { values, count, channels };
}

/** A mean and a standard deviation for each number of a window. */
export interface Moments {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

const grids = new Map<Law, readonly Float64Array[]>();

/** The windows without noise of 360 phases and 200 numbers of turns, made once: 55 MB. */
function noiselessGrid(law: Law): readonly Float64Array[] {
  const [phases, speeds] = [360, 200];
  const [fewest, most] = law.turns;
  const grid =
    grids.get(law) ??
    Array.from({ length: phases * speeds }, (_, k) =>
      noiseless(
        law,
        (2 * Math.PI * (k % phases)) / phases,
        fewest + ((most - fewest) * (Math.floor(k / phases) + 0.5)) / speeds,
      ),
    );
  grids.set(law, grid);
  return grid;
}

/**
 * The moments of a window given its known numbers, by the sum over the {@link noiselessGrid}: the posterior of the two latents is
 * proportional to exp(-|known - noiseless|^2 / (2 NOISE^2)), and the law of total variance adds the noise.
 */
export function conditionalMoments(law: Law, window: ArrayLike<number>, isKnown: (place: number) => boolean): Moments {
  const size = window.length;
  const known = Array.from({ length: size }, (_, j) => j).filter(isKnown);
  const windows = noiselessGrid(law);
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
