import * as tf from '@tensorflow/tfjs-core';
import { saveOnnx } from '../../src/onnx/index.js';
import type { Composition } from './compositions.js';
import { difference, runBatches } from './run-onnx.js';

/**
 * The largest difference between a composition and its exported model, at batches of 1, 3 and 17, relative to the largest number, at least 1.
 * `keep` receives the file.
 */
export async function compareComposition(
  { part, inputs, feeds, call }: Composition,
  keep?: (bytes: Uint8Array) => void,
): Promise<number> {
  const bytes = await saveOnnx(part, { inputs });
  keep?.(bytes);
  const batches = [1, 3, 17].map(feeds);
  const outputs = await runBatches(bytes, batches);
  let most = 0;
  for (const [i, batch] of batches.entries()) {
    const ours = tf.tidy(() => call(batch));
    for (const [name, one] of Object.entries(ours)) {
      const [largest] = await tf.tidy(() => tf.max(tf.abs(one))).data();
      const found = (await difference(one, outputs[i]![name])) / Math.max(1, largest!);
      // NaN counts
      most = found <= most ? most : found;
    }
    tf.dispose([ours, batch]);
  }
  part.dispose();
  return most;
}
