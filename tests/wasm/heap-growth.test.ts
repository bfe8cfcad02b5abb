import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createAdam, createRandom, leakyRelu, mlp, unet, valueAndGradients, type Network } from '../../src/index.js';

/** The size of tfjs's memory: it grows when there is no room, and never shrinks. */
function heapBytes(): number {
  const { wasm } = tf.backend() as unknown as { wasm: { HEAPU8: Uint8Array } };
  return wasm.HEAPU8.buffer.byteLength;
}

/** A training step of a network, towards noise. */
function trainingStep(network: Network, shape: readonly number[], apply: (x: tf.Tensor) => tf.Tensor): () => void {
  const random = createRandom(2);
  const adam = createAdam({ learningRate: 1e-3 });
  const x = random.normal(shape);
  return () =>
    tf.tidy(() => {
      const target = random.normal(shape);
      const loss = (): tf.Tensor => tf.mean(tf.squaredDifference(apply(x), target));
      adam.apply(valueAndGradients(loss, network.variables).gradients, network.variables);
    });
}

describe('the heap of the backend', () => {
  it('is after 1,000 training steps what it was after 10', () => {
    const network = mlp({ sizes: [32, 64, 64, 32], activation: leakyRelu, random: createRandom(1) });
    const step = trainingStep(network, [64, 32], (x) => network.apply(x));
    for (let i = 0; i < 10; i++) step();
    const before = [heapBytes(), tf.memory().numTensors, tf.memory().numBytes, tf.backend().numDataIds()];
    for (let i = 10; i < 1000; i++) step();
    expect([heapBytes(), tf.memory().numTensors, tf.memory().numBytes, tf.backend().numDataIds()]).toEqual(before);
    network.dispose();
  });

  it('grows no more after the second step of a U-Net', () => {
    const shape = [16, 28, 28, 1];
    const network = unet({ channels: 1, random: createRandom(1) });
    const timesteps = tf.fill([16], 500, 'int32');
    const step = trainingStep(network, shape, (x) => network.apply(x, { timesteps }));
    for (let i = 0; i < 2; i++) step();
    const before = heapBytes();
    for (let i = 0; i < 8; i++) step();
    expect(heapBytes()).toBe(before);
    // 600 MB for a batch of 64: for 16 a quarter of it, and the 17 MB that the heap starts with
    expect(before).toBeLessThan(17e6 + 600e6 / 4);
    network.dispose();
  });
});
