import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createAdam, createRandom, createTrainer, fit, mlp, readMetrics, saveCheckpoint } from '../../src/index.js';

interface Device {
  readonly device: { destroy(): void; readonly lost: Promise<unknown> };
}

let lost: tf.KernelBackend;
const { factory } = tf.engine().registryFactory['webgpu']!;
const kept = tf.backend();
/** What tfjs calls private. */
const engine = tf.engine() as unknown as {
  registry: Record<string, tf.KernelBackend>;
  backendInstance: tf.KernelBackend;
};

/** The device of all other tests stays: this file has one of its own, under the name by which kernels are found. */
beforeAll(async () => {
  lost = await factory();
  engine.registry['webgpu'] = lost;
  engine.backendInstance = lost;
});

afterAll(() => {
  engine.registry['webgpu'] = kept;
  engine.backendInstance = kept;
});

test('after the device is lost, all that uses it says so in one sentence', async () => {
  const network = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
  const trainer = createTrainer({
    name: 'line',
    parts: { network },
    optimizer: createAdam({ learningRate: 0.1 }),
    random: createRandom(2),
    clipNorm: 1,
    loss: ({ x, options }) => ({ loss: tf.mean(tf.square(tf.sub(network.apply(x, options), x))) }),
  });
  const x = tf.tensor2d([[1, -1]]);
  expect(await readMetrics(trainer.step(x))).toMatchObject({ loss: expect.any(Number) });
  const metrics = trainer.step(x);
  const { device } = lost as unknown as Device;
  device.destroy();
  await device.lost;
  const says =
    /^[\w.]+: `[\w.]+` must be on a GPU that is still there; got webgpu, whose device was lost\. The weights on it are gone: /;
  expect(() => trainer.step(x)).toThrow(says);
  await expect(readMetrics(metrics)).rejects.toThrow(says);
  await expect(saveCheckpoint(trainer)).rejects.toThrow(says);
  await expect(fit(trainer, [x], { steps: 3 })).rejects.toThrow(says);
  expect(() => trainer.dispose()).not.toThrow();
});
