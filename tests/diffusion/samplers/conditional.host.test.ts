import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createDenoiser,
  ddimSolver,
  ddpmSolver,
  largeVariance,
  predictSample,
  sampleDiffusion,
  type Denoiser,
  type DiffusionSolver,
} from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read } from '../../support/close.js';
import { samplers } from '../../contract/samplers.js';
import { scales } from '../exact.js';
import { bestMatrix, posterior, schedule, type Linear, type Twin } from './linear-steps.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const COUNT = 2000;

function exactDenoiser(covariance: Twin): Denoiser {
  const matrices = Array.from({ length: 50 }, (_, t) => {
    const [sum, difference] = bestMatrix(covariance, t);
    const [a, b] = [(sum + difference) / 2, (sum - difference) / 2];
    return [
      [a, b],
      [b, a],
    ];
  });
  const apply = (x: tf.Tensor, { timesteps }: { timesteps?: tf.Tensor | undefined } = {}): tf.Tensor => {
    const matrix = tf.gather(tf.tensor3d(matrices), tf.slice(timesteps as tf.Tensor1D, [0], [1]));
    return tf.matMul(x, tf.reshape(matrix, [2, 2]));
  };
  const network = { variables: [], dispose: () => undefined, apply };
  return createDenoiser(network, { schedule, predicts: predictSample });
}

const solvers: readonly (readonly [string, DiffusionSolver, Linear])[] = [
  ...samplers.map(({ name, solver, linear }) => [name, solver, linear] as const),
  ['sampleDdpm with the large variance', ddpmSolver({ variance: largeVariance }), posterior(true)],
];

/** Mean and variance of the second number after a walk, the first of which is known or not, by propagating both moments. */
function momentsAfter(
  linear: Linear,
  covariance: Twin,
  known: number | undefined,
  repeats: number,
  timesteps: number[],
) {
  let [m0, m1, v00, v01, v11] = [0, 0, 1, 0, 1];
  const keep = (t: number): void => {
    if (known === undefined) return;
    const { alpha, sigma } = scales(schedule, t);
    [m0, v00, v01] = [alpha * known, sigma ** 2, 0];
  };
  keep(timesteps[0]!);
  timesteps.forEach((from, k) => {
    const to = timesteps[k + 1] ?? -1;
    const [[sum, difference], deviation] = linear(covariance, from, to);
    const [a, b] = [(sum + difference) / 2, (sum - difference) / 2];
    for (let repeat = 1; repeat <= (to < 0 ? 1 : repeats); repeat++) {
      if (repeat > 1) {
        const left = (scales(schedule, from).alpha / scales(schedule, to).alpha) ** 2;
        [m0, m1] = [Math.sqrt(left) * m0, Math.sqrt(left) * m1];
        [v00, v01, v11] = [left * v00 + 1 - left, left * v01, left * v11 + 1 - left];
      }
      [m0, m1] = [a * m0 + b * m1, b * m0 + a * m1];
      [v00, v01, v11] = [
        a * a * v00 + 2 * a * b * v01 + b * b * v11 + deviation ** 2,
        a * b * (v00 + v11) + (a * a + b * b) * v01,
        b * b * v00 + 2 * a * b * v01 + a * a * v11 + deviation ** 2,
      ];
      keep(to);
    }
  });
  return { mean: m1, variance: v11 };
}

const timestepsOf = ({ timesteps }: DiffusionSolver, steps: number): number[] => [
  ...(timesteps?.(schedule, steps) ??
    Array.from({ length: steps }, (_, k) => Math.round((50 * (steps - k)) / steps) - 1)),
];

/** Mean and variance of the second number of samples. */
async function sampled(solver: DiffusionSolver, covariance: Twin, known: number | undefined, repeats: number) {
  const samples = await sampleDiffusion(exactDenoiser(covariance), solver, {
    shape: [COUNT, 2],
    steps: 10,
    random: createRandom(7),
    known: { x: tf.tensor2d([[known ?? 0, 0]]), mask: tf.tensor2d([[known === undefined ? 0 : 1, 0]]), repeats },
  });
  const values = (await read(samples)).filter((_, i) => i % 2 === 1);
  const mean = values.reduce((total, value) => total + value, 0) / COUNT;
  return { mean, variance: values.reduce((total, value) => total + (value - mean) ** 2, 0) / COUNT };
}

/** Five standard errors of a mean and a variance of so many draws. */
function expectMoments(given: { mean: number; variance: number }, exact: { mean: number; variance: number }): void {
  expect(Math.abs(given.mean - exact.mean)).toBeLessThan(5 * Math.sqrt(exact.variance / COUNT));
  expect(Math.abs(given.variance / exact.variance - 1)).toBeLessThan(5 * Math.sqrt(2 / COUNT));
}

// two numbers of variance 1 and correlation 0.9; given that the first is 1.5, the second is N(1.35, 0.19)
const correlated: Twin = [1.9, 0.1];
const truth = { mean: 1.35, variance: 0.19 };
const KNOWN = 1.5;

describe.each(solvers)('with an exact denoiser %s', (name, solver, linear) => {
  test.each([1, 2, 5, 10])(
    'paints what algorithm 1 of RePaint gives in closed form, at %i repeats',
    async (repeats) => {
      const exact = momentsAfter(linear, correlated, KNOWN, repeats, timestepsOf(solver, 10));
      expectMoments(await sampled(solver, correlated, KNOWN, repeats), exact);
    },
  );

  test.each([3, 10])('keeps the variance of N(0, 1) where nothing is known, at %i repeats', async (repeats) => {
    const exact = momentsAfter(linear, [1, 1], undefined, repeats, timestepsOf(solver, 10));
    expectMoments(await sampled(solver, [1, 1], undefined, repeats), exact);
    // ten steps contract a little, and no number of repeats makes it more than 1
    expect(exact.variance).toBeLessThan(1.001);
    // new noise at each step brings back what an estimate has lost, but for a consistency function alone
    if (name === 'sampleConsistency') return;
    const all = momentsAfter(linear, [1, 1], undefined, repeats, timestepsOf({ ...solver, timesteps: undefined }, 50));
    expect(all.variance).toBeGreaterThan(0.83);
  });

  test('comes closer to the conditional distribution with each repeat, with all steps', () => {
    const errors = [1, 2, 5, 10, 40].map(
      (repeats) =>
        truth.mean -
        momentsAfter(linear, correlated, KNOWN, repeats, timestepsOf({ ...solver, timesteps: undefined }, 50)).mean,
    );
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors.at(-1)).toBeLessThan(0.03);
  });
});

test('a solver gets no history if a region is known', async () => {
  const told: unknown[] = [];
  const plain = ddimSolver();
  const looking: DiffusionSolver = {
    step: (state) => {
      told.push(state.previous);
      return plain.step(state);
    },
  };
  await sampled(looking, correlated, KNOWN, 1);
  await sampled(looking, correlated, undefined, 2);
  expect(told).toEqual(new Array(10 + 19).fill(undefined));
});

test('five repeats are the default', async () => {
  const of = async (repeats?: number): Promise<number[]> => {
    const known = { x: tf.tensor2d([[KNOWN, 0]]), mask: tf.tensor2d([[1, 0]]), repeats };
    const options = { shape: [3, 2], steps: 4, random: createRandom(8), known };
    return read(await sampleDiffusion(exactDenoiser(correlated), ddpmSolver(), options));
  };
  expect(await of()).toEqual(await of(5));
});
