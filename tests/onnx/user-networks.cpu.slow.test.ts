import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { record } from '../../src/record/index.js';
import { difference, runBatches } from './run-onnx.js';
import { userNetworks } from './user-networks.js';

test.each(userNetworks)('$name of a user: batches of 1, 3 and 17 are ours', async ({ shape, below, apply }) => {
  const dtype = below === undefined ? 'float32' : 'int32';
  const recording = await record(({ x }) => apply(x), { inputs: { x: { shape: [null, ...shape], dtype } } });
  const bytes = await saveOnnx(recording);
  const batches = [1, 3, 17].map((count): readonly Tensor[] => [
    below === undefined
      ? createRandom(count).normal([count, ...shape])
      : createRandom(count).integers([count, ...shape], 0, below),
  ]);
  const outputs = await runBatches(bytes, batches);
  for (const [i, [x]] of batches.entries()) {
    const result = apply(x!);
    for (const [name, ours] of Object.entries<Tensor>(result instanceof tf.Tensor ? { output: result } : result)) {
      const largest = (await tf.max(tf.abs(tf.cast(ours, 'float32'))).data())[0]!;
      expect(await difference(ours, outputs[i]![name])).toBeLessThan(1e-5 * Math.max(1, largest));
    }
  }
});
