import * as tf from '@tensorflow/tfjs';
import { readMetrics, type Trainer } from 'tfjs-generative';

/** The means of a trainer's metrics over examples `[n, ...]`, computed in parts. */
export async function evaluate<N extends string>(
  trainer: Trainer<N>,
  examples: tf.Tensor,
  part = 500,
): Promise<Record<N, number>> {
  const count = examples.shape[0];
  const sums: Partial<Record<N, number>> = {};
  for (let start = 0; start < count; start += part) {
    const size = Math.min(part, count - start);
    const metrics = tf.tidy(() => trainer.evaluate(tf.slice(examples, start, size)));
    const numbers = await readMetrics(metrics);
    for (const name of Object.keys(numbers) as N[]) sums[name] = (sums[name] ?? 0) + (numbers[name] * size) / count;
  }
  return sums as Record<N, number>;
}
