import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { cosineSchedule, createDenoiser, createDiffusionTrainer, predictVelocity } from '../../src/diffusion/index.js';
import { denoisingMlp, mlp, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { train } from '../../src/loop/index.js';
import { createAdam } from '../../src/training/index.js';

// On cpu alone: a queue of hundreds of updates that nobody waits for ends a process of WebGPU in Node.
test.each<[string, Network, string[]]>([
  ['ignores its timesteps', mlp({ sizes: [2, 8, 2], random: createRandom(1) }), ['timesteps ignored']],
  ['uses them', denoisingMlp({ size: 2, width: 8, random: createRandom(1) }), []],
])('a network that %s: named once it has had the time to learn of them', async (_, network, kinds) => {
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 20 }), predicts: predictVelocity });
  const random = createRandom(2);
  const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 0.01 }), random });
  const x = createRandom(3).normal([8, 2]);
  const kindsAt: string[][] = [];
  for await (const { standing = [] } of train(trainer, () => repeat(x), { steps: 408, reportEvery: 8, yieldEvery: 40 }))
    kindsAt.push(standing.map(({ kind }) => kind).filter((kind) => kind === 'timesteps ignored'));
  expect(kindsAt.slice(0, 50).flat()).toEqual([]);
  expect(kindsAt[50]).toEqual(kinds);
});

async function* repeat(x: tf.Tensor): AsyncGenerator<tf.Tensor> {
  for (;;) yield tf.clone(x);
}
