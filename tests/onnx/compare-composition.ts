import * as tf from '@tensorflow/tfjs-core';
import { saveOnnx } from '../../src/onnx/index.js';
import type { Composition } from './compositions.js';
import { inDouble } from './in-double.js';
import { difference, runBatches } from './run-onnx.js';

/** Distances, each relative to the largest number of the output, at least 1. */
export interface Compared {
  /** Between the exported model and ours. */
  readonly apart: number;
  /** Of each from float64, in the outputs that are more than 1e-5 apart; 0 if there are none. */
  readonly ours: number;
  readonly theirs: number;
}

/**
 * Whether a model agrees with ours: within 1e-5 or, where the composition amplifies rounding, such as a norm of nearly equal numbers, at most
 * four times as far from float64 as ours. Both are rounded, in another order.
 */
export const agrees = ({ apart, ours, theirs }: Compared): boolean => apart < 1e-5 || theirs <= 4 * ours;

/** Compares a composition with its exported model, at batches of 1, 3 and 17. `keep` receives the file. */
export async function compareComposition(
  { part, inputs, feeds, call }: Composition,
  keep?: (bytes: Uint8Array) => void,
): Promise<Compared> {
  const bytes = await saveOnnx(part, { inputs });
  keep?.(bytes);
  const batches = [1, 3, 17].map(feeds);
  const outputs = await runBatches(bytes, batches);
  let [apart, ours, theirs] = [0, 0, 0];
  for (const [i, batch] of batches.entries()) {
    const results = tf.tidy(() => call(batch));
    let exact: Awaited<ReturnType<typeof inDouble>> | undefined;
    for (const [name, one] of Object.entries(results)) {
      const [number] = await tf.tidy(() => tf.max(tf.abs(one))).data();
      const largest = Math.max(1, number!);
      const found = (await difference(one, outputs[i]![name])) / largest;
      apart = Math.max(apart, found);
      if (found < 1e-5) continue;
      exact ??= await inDouble(() => call(batch));
      const from = (values: ArrayLike<number>): number =>
        Array.from(values, (value, j) => Math.abs(value - exact![name]![j]!) / largest).reduce(
          (a, b) => Math.max(a, b),
          0,
        );
      ours = Math.max(ours, from(await one.data()));
      theirs = Math.max(theirs, from(outputs[i]![name]!.data));
    }
    tf.dispose([results, batch]);
  }
  part.dispose();
  return { apart, ours, theirs };
}
