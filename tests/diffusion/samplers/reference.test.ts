import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cosineSchedule, createDenoiser, predictVelocity, sampleDdim } from '../../../src/diffusion/index.js';
import { denoisingMlp, type Network } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';
import { scales } from '../exact.js';

inScope();

/** What denoisingMlp gives for one point, in float64 on the host. */
async function onHost({ variables }: Network): Promise<(x: number[], t: number) => number[]> {
  const weights = await Promise.all(
    variables.map(async (variable) => ({ shape: variable.shape, values: await read(variable) })),
  );
  const dense = (x: readonly number[], layer: number): number[] => {
    const [matrix, bias] = [weights[2 * layer]!, weights[2 * layer + 1]!];
    const [inputs, outputs] = matrix.shape as [number, number];
    return bias.values.map((b, j) =>
      x.reduce((sum, value, i) => sum + value * matrix.values[i * outputs + j]!, inputs === x.length ? b : NaN),
    );
  };
  return (x, t) => {
    const angles = Array.from({ length: 32 }, (_, i) => t * 10_000 ** (-i / 32));
    const waves = [...angles.map(Math.sin), ...angles.map(Math.cos)];
    let h = x;
    for (let i = 0; i < 3; i++) {
      const [sums, both] = [dense(h, 2 * i), dense(waves, 2 * i + 1)];
      h = sums.map((value, j) => {
        const z = value * (1 + both[j]!) + both[sums.length + j]!;
        return z / (1 + Math.exp(-z));
      });
    }
    return dense(h, 6);
  };
}

test('samples by a network equal those of a float64 implementation on every backend', async () => {
  const schedule = cosineSchedule({ steps: 30 });
  const network = denoisingMlp({ size: 2, width: 16, random: createRandom(1) });
  const denoiser = createDenoiser(network, { schedule, predicts: predictVelocity });
  const samples = await sampleDdim(denoiser, { shape: [4, 2], random: createRandom(2), timesteps: [29, 20, 11, 2] });
  const predict = await onHost(network);
  const noise = await read(createRandom(2).normal([4, 2]));
  const expected = [0, 1, 2, 3].flatMap((row) => {
    let x = noise.slice(2 * row, 2 * row + 2);
    for (const [from, to] of [
      [29, 20],
      [20, 11],
      [11, 2],
      [2, -1],
    ] as const) {
      const [a, b] = [scales(schedule, from), scales(schedule, to)];
      const velocity = predict(x, from);
      x = x.map((value, j) => {
        const estimate = a.alpha * value - a.sigma * velocity[j]!;
        return b.alpha * estimate + b.sigma * ((value - a.alpha * estimate) / a.sigma);
      });
    }
    return x;
  });
  const tolerance = tf.getBackend() === 'webgpu' || tf.getBackend() === 'webgl' ? 1e-3 : 1e-4;
  await expectClose(samples, expected, { relative: tolerance, absolute: tolerance });
  expect(samples.shape).toEqual([4, 2]);
});
