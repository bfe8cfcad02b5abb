import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';

/** The numbers that a function gives if all of its operations are done in float64: by the cpu backend, whose arrays are float64 ones meanwhile. */
export async function inDouble(run: () => NamedTensorMap): Promise<Readonly<Record<string, ArrayLike<number>>>> {
  const [usual, { Float32Array: single }] = [tf.getBackend(), globalThis];
  await tf.setBackend('cpu');
  try {
    // what it reads comes to this backend as float32
    tf.dispose(tf.tidy(run));
    globalThis.Float32Array = Float64Array as never;
    const results = tf.tidy(run);
    const numbers = await Promise.all(
      Object.entries(results).map(async ([name, tensor]) => [name, await tensor.data()] as const),
    );
    tf.dispose(results);
    return Object.fromEntries(numbers);
  } finally {
    globalThis.Float32Array = single;
    await tf.setBackend(usual);
  }
}
