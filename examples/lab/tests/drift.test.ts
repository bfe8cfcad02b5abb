import * as tf from '@tensorflow/tfjs-core';
import { createRandom } from 'tfjs-generative';
import { expect, test } from 'vitest';
import { drift } from '../data/drift.js';
import { roll } from '../data/point-sets.js';

const numbers = (compute: () => tf.Tensor): number[] => [...tf.tidy(() => compute().dataSync())];
const sizeOf = (values: readonly number[]): number => Math.hypot(...values) / Math.sqrt(values.length);

/** The definition in float64: V = sum over data p and samples q of K(x, p) K(x, q) (p - q). */
function defined(places: number[][], data: number[][], samples: number[][], temperature: number): number[] {
  const others = [...data, ...samples];
  const kernel = places.map((x) =>
    others.map((y) => {
      const distance = Math.hypot(x[0]! - y[0]!, x[1]! - y[1]!);
      return distance === 0 ? 0 : Math.exp(-distance / temperature);
    }),
  );
  const columns = others.map((_, j) => kernel.reduce((sum, row) => sum + row[j]!, 0));
  return kernel.flatMap((row) => {
    const sum = row.reduce((all, k) => all + k, 0);
    const weights = row.map((k, j) => (k === 0 ? 0 : k / Math.sqrt(sum * columns[j]!)));
    return [0, 1].map((axis) => {
      let v = 0;
      data.forEach((p, i) =>
        samples.forEach((q, j) => (v += weights[i]! * weights[data.length + j]! * (p[axis]! - q[axis]!))),
      );
      return v;
    });
  });
}

test('the drift is that of its definition, also of the samples themselves, and is turned round if data and samples are exchanged', () => {
  const random = createRandom(2);
  const [data, samples, places] = [5, 4, 3].map((n) => random.normal([n, 2])) as [tf.Tensor, tf.Tensor, tf.Tensor];
  const rows = (points: tf.Tensor) => points.arraySync() as number[][];
  for (const at of [places, samples]) {
    const v = numbers(() => drift(at, data, samples, 0.3));
    const expected = defined(rows(at), rows(data), rows(samples), 0.3);
    v.forEach((value, i) => expect(Math.abs(value - expected[i]!)).toBeLessThan(1e-5));
    expect(sizeOf(expected)).toBeGreaterThan(0.01);
    const turned = numbers(() => drift(at, samples, data, 0.3));
    turned.forEach((value, i) => expect(Math.abs(value + v[i]!)).toBeLessThan(1e-5));
  }
});

test('samples of the data’s own distribution do not drift, up to chance', () => {
  const random = createRandom(3);
  const drawn = (n: number, name: string): tf.Tensor => tf.tidy(() => roll(n, random.fork(name)));
  const drifts = (n: number): number => {
    const samples = drawn(n, 'samples');
    return sizeOf(numbers(() => drift(samples, drawn(n, 'data'), samples, 0.3)));
  };
  const others = tf.tidy(() => tf.add(0.3, drawn(512, 'samples')));
  const apart = sizeOf(numbers(() => drift(others, drawn(512, 'data'), others, 0.3)));
  // chance shrinks with the number of points
  expect(drifts(512)).toBeLessThan(apart / 3);
  expect(drifts(512)).toBeLessThan(drifts(32) / 2);
});

test('the drift is finite where exp(-distance / temperature) is 0 in float32', () => {
  const samples = tf.tensor2d([
    [40, 0],
    [40.01, 0],
  ]);
  const v = numbers(() => drift(samples, tf.tensor2d([[0, 0]]), samples, 0.02));
  expect(v.every(Number.isFinite)).toBe(true);
});
