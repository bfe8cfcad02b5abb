import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { gelu, swish } from '../../src/nets/index.js';
import { expectAgreement, numbers } from './agree.js';

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const functions: Record<string, { of: (x: Tensor) => Tensor; reference: (x: number) => number }> = {
  exp: { of: tf.exp, reference: Math.exp },
  expm1: { of: tf.expm1, reference: Math.expm1 },
  log1p: { of: tf.log1p, reference: Math.log1p },
  softplus: { of: tf.softplus, reference: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))) },
  tanh: { of: tf.tanh, reference: Math.tanh },
  swish: { of: swish, reference: (x) => x * sigmoid(x) },
};
const names = Object.keys(functions);

/** The largest relative error of a function, where the result is a normal number of float32. */
async function largestError(name: string, values: Float32Array): Promise<number> {
  const { of, reference } = functions[name]!;
  // sigmoid is 0 where exp(x) is no normal number
  const smallest = name === 'swish' ? 1e-35 : 1.2e-38;
  const results = tf.tidy(() => of(tf.tensor(values)));
  const received = await results.data();
  results.dispose();
  let largest = 0;
  values.forEach((x, i) => {
    const expected = reference(x);
    if (Number.isNaN(expected)) expect(received[i], `${name}(${x})`).toBeNaN();
    else if (Math.abs(expected) > 3.4028235e38)
      expect(received[i], `${name}(${x})`).toBe(Math.sign(expected) * Infinity);
    else if (Math.abs(expected) < smallest) expect(Math.abs(received[i]!), `${name}(${x})`).toBeLessThan(smallest);
    else largest = Math.max(largest, Math.abs(received[i]! / expected - 1));
  });
  return largest;
}

describe('functions of each number on wasm', () => {
  it.each(names)('%s is within 1e-6 of float64, far from 0 and near it', async (name) => {
    for (const scale of [1e-30, 1e-6, 0.01, 0.7, 3, 20, 90, 300]) {
      const values = numbers(4003, 7).map((x) => x * scale);
      expect(await largestError(name, values), `at ${scale}`).toBeLessThan(1e-6);
    }
  });

  it.each(names)('%s of the numbers at its edges is right', async (name) => {
    const edges = [
      0, 1, -1, 0.625, -0.625, 8, -8, 87.3, -87.3, 88.7, 88.8, -103, -104, -150, 1e30, -1e30, 1e-40, -1e-40,
    ];
    const values = Float32Array.from([...edges, -0.99999994, -1.0000001, 3.4e38, -3.4e38]);
    expect(await largestError(name, values)).toBeLessThan(1e-6);
  });

  it('square roots and their reciprocals have the bits of the definition', async () => {
    const values = [0, 1e-45, 1e-40, 3.4e38, Infinity, ...numbers(1001, 4)].map((x) => Math.fround(Math.abs(x)));
    const [roots, reciprocals] = tf.tidy(() => {
      const x = tf.tensor1d(values);
      return [tf.sqrt(x), tf.rsqrt(x)];
    });
    expect([...(await roots.data())]).toEqual(values.map((x) => Math.fround(Math.sqrt(x))));
    expect([...(await reciprocals.data())]).toEqual(values.map((x) => Math.fround(1 / Math.fround(Math.sqrt(x)))));
    tf.dispose([roots, reciprocals]);
  });

  it('infinities and NaN pass through', async () => {
    const rows = tf.tidy(() => {
      const x = tf.tensor([Infinity, -Infinity, NaN]);
      return tf.stack([tf.exp(x), tf.expm1(x), tf.log1p(x), tf.softplus(x), tf.tanh(x)]);
    });
    expect(await rows.array()).toEqual([
      [Infinity, 0, NaN],
      [Infinity, -1, NaN],
      [Infinity, NaN, NaN],
      [Infinity, 0, NaN],
      [1, -1, NaN],
    ]);
    rows.dispose();
  });

  it('each length has all of its numbers, up to those that are divided among threads', async () => {
    for (const length of [0, 1, 2, 3, 4, 5, 7, 31, 2 ** 15 - 1, 2 ** 15, 2 ** 15 + 1, 2 ** 16 + 5]) {
      const values = numbers(length, 3);
      for (const name of names) expect(await largestError(name, values), `${name} of ${length}`).toBeLessThan(1e-6);
    }
  });

  it.each(names)('%s has the gradient of cpu, also where work is divided', async (name) => {
    await expectAgreement(functions[name]!.of, [[3, 5]]);
    await expectAgreement((x) => functions[name]!.of(tf.mul(x, 0.9)), [[2 ** 15 + 7]]);
  });
});

/** erf in float64: its series near 0, and the continued fraction of 1 - erf far from it. */
function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 2.5) {
    let fraction = 0;
    for (let k = 80; k > 0; k--) fraction = k / 2 / (size + fraction);
    return Math.sign(x) * (1 - Math.exp(-size * size) / (Math.sqrt(Math.PI) * (size + fraction)));
  }
  let [term, sum] = [x, x];
  for (let k = 1; k < 60; k++) sum += (term *= (-x * x) / k) / (2 * k + 1);
  return (2 / Math.sqrt(Math.PI)) * sum;
}

describe('gelu on wasm', () => {
  const distribution = (x: number): number => 0.5 * (1 + erf(x * Math.SQRT1_2));
  const cases: readonly [string, (x: Tensor) => Tensor, (x: number) => number][] = [
    ['gelu', gelu, (x) => x * distribution(x)],
    [
      'its gradient',
      (x) => tf.grad(gelu)(x),
      (x) => distribution(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
    ],
  ];

  it.each(cases)(
    '%s is NaN for NaN and for minus infinity, as on cpu, in each lane and in what is left over',
    async (_, of) => {
      for (let length = 1; length < 12; length++) {
        for (let at = 0; at < length; at++) {
          for (const odd of [NaN, -Infinity]) {
            const results = tf.tidy(() => of(tf.tensor1d(Array.from({ length }, (_, i) => (i === at ? odd : i)))));
            expect(Array.from(await results.data(), Number.isNaN).indexOf(true)).toBe(at);
            results.dispose();
          }
        }
      }
    },
  );

  it.each(cases)('%s is within 5e-7 of float64, and of any length', async (_, of, reference) => {
    for (const scale of [1e-30, 1e-3, 1, 4, 14, 1e10]) {
      for (const length of [0, 1, 7, 4003, 2 ** 15 + 5]) {
        const values = numbers(length, 7).map((x) => x * scale);
        const results = tf.tidy(() => of(tf.tensor1d(values)));
        const received = await results.data();
        results.dispose();
        const largest = values.reduce((most, x, i) => {
          return Math.max(most, Math.abs(received[i]! - reference(x)) / Math.max(1, Math.abs(x)));
        }, 0);
        expect(largest, `at ${scale}`).toBeLessThan(5e-7);
      }
    }
  });
});
