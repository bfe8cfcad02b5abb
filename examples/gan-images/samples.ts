import * as tf from '@tensorflow/tfjs';
import type { Generator, RandomStream } from 'tfjs-generative';
import { labelsInTurn } from '../shared/labels.js';

/** Samples made at once. */
const AT_ONCE = 500;

/** Samples `[count, 28, 28, 1]`; a conditional generator makes the same number for each class. */
export function makeSamples(
  generator: Generator,
  count: number,
  random: RandomStream,
  isConditional = false,
): tf.Tensor {
  return tf.tidy(() => {
    const parts: tf.Tensor[] = [];
    for (let start = 0; start < count; start += AT_ONCE) {
      const size = Math.min(AT_ONCE, count - start);
      const condition = isConditional ? labelsInTurn(size, start) : undefined;
      parts.push(tf.tidy(() => generator.draw(size, random, condition && { condition })));
    }
    return tf.concat(parts);
  });
}
