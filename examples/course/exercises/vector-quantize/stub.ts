import * as tf from '@tensorflow/tfjs-core';
type T = tf.Tensor;
type Quantized = { quantized: T; codebookLoss: T; commitmentLoss: T };

/** The nearest codes with the gradient of z, and two losses: z is [batch, features], the codebook [codes, features]. */
export function vectorQuantize(z: T, codebook: T, detach: (x: T) => T): Quantized {
  const loss = tf.mean(tf.square(z)); // replace these lines
  return { quantized: detach(tf.neg(z)), codebookLoss: loss, commitmentLoss: tf.mean(codebook) };
}
