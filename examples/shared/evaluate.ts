import * as tf from '@tensorflow/tfjs-core';
import { readMetrics, type Trainer } from 'tfjs-generative';

/** The other arguments of {@link evaluate}. */
export interface EvaluateOptions {
  /** The label of each example. */
  readonly condition?: tf.Tensor | undefined;
  /** Number of examples at once. */
  readonly part?: number;
}

/** The means of a trainer's metrics over examples `[n, ...]`, computed in parts. */
export async function evaluate<N extends string>(
  trainer: Trainer<N>,
  examples: tf.Tensor,
  { condition, part = 500 }: EvaluateOptions = {},
): Promise<Record<N, number>> {
  const count = examples.shape[0];
  const sums: Partial<Record<N, number>> = {};
  for (let start = 0; start < count; start += part) {
    const size = Math.min(part, count - start);
    const metrics = tf.tidy(() => {
      const x = tf.slice(examples, start, size);
      return trainer.evaluate(condition === undefined ? x : { x, condition: tf.slice(condition, start, size) });
    });
    const numbers = await readMetrics(metrics);
    for (const name of Object.keys(numbers) as N[]) sums[name] = (sums[name] ?? 0) + (numbers[name] * size) / count;
  }
  return sums as Record<N, number>;
}
