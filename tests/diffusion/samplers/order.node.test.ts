import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  ddimSolver,
  dpmSolver,
  heunSolver,
  predictSample,
  sampleDiffusion,
  type DiffusionSolver,
} from '../../../src/diffusion/index.js';
import { createRandom } from '../../../src/random/index.js';
import { read } from '../../support/close.js';
import { bestEstimate, evenLogSnr, exactDenoiser, exactFlow, scales } from '../exact.js';

const data = { mean: 0.3, variance: 0.25 };

/** The greatest error of the last estimate, at log(alpha / sigma) = 3, from noise at -3. */
async function errorOf(solver: DiffusionSolver, steps: number): Promise<number> {
  const schedule = evenLogSnr(steps + 1);
  const noise = createRandom(1).normal([32, 1]);
  const { alpha, sigma } = scales(schedule, 0);
  const expected = (await read(noise)).map((x) =>
    bestEstimate(data, exactFlow(data, schedule, x, steps, 0), alpha, sigma),
  );
  const samples = await sampleDiffusion(exactDenoiser(data, schedule, predictSample), solver, {
    shape: [32, 1],
    random: createRandom(1),
  });
  const values = await read(samples);
  tf.dispose([noise, samples]);
  return Math.max(...values.map((value, i) => Math.abs(value - expected[i]!)));
}

test.each([
  ['DDIM', ddimSolver(), 1],
  ['Heun', heunSolver, 2],
  ['DPM-Solver++(2M)', dpmSolver, 2],
] as const)('%s converges with its order on a table of bounded log-SNR', async (name, solver, order) => {
  const sizes = [16, 32, 64, 128, 256];
  const logs: [number, number][] = [];
  for (const steps of sizes) logs.push([Math.log(steps), Math.log(await errorOf(solver, steps))]);
  const [x, y] = [0, 1].map((i) => logs.reduce((sum, pair) => sum + pair[i]!, 0) / logs.length) as [number, number];
  const slope =
    logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
  expect(Math.abs(-slope - order), name).toBeLessThan(0.1);
});
