import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cosineSchedule, createDenoiser, createDiffusionTrainer, predictVelocity } from '../../src/diffusion/index.js';
import { denoisingMlp, mlp, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createAdam, type Trainer } from '../../src/training/index.js';

// On cpu alone: a queue of hundreds of updates that nobody waits for ends a process of WebGPU in Node.
test.each<[string, Network, string[]]>([
  ['ignores its timesteps', mlp({ sizes: [2, 8, 2], random: createRandom(1) }), ['timesteps ignored']],
  ['uses them', denoisingMlp({ size: 2, width: 8, random: createRandom(1) }), []],
])('a network that %s: named once it has had the time to learn of them', async (_, network, kinds) => {
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 20 }), predicts: predictVelocity });
  const random = createRandom(2);
  const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 0.01 }), random });
  const x = createRandom(3).normal([8, 2]);
  for (let step = 0; step < 400; step++) tf.dispose(trainer.step(x));
  expect(await verdictsOf(trainer)).toEqual([]);
  tf.dispose(trainer.step(x));
  expect(await verdictsOf(trainer)).toEqual(kinds);
});

async function verdictsOf(trainer: Trainer): Promise<string[]> {
  const evidence = await Promise.all(trainer.evidence!.map((numbers) => numbers.data()));
  return trainer.judge!({ loss: 0.4 }, evidence).map(({ kind }) => kind);
}
