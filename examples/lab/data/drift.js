// How samples drift. The programs that the lab writes contain this function as it stands here.
import * as tf from '@tensorflow/tfjs-core';

/** The drift at places, `[n, 2]`: towards data nearby and away from samples nearby, so that none is left where both are the same. */
export function drift(places, data, samples, temperature) {
  const others = tf.concat([data, samples]);
  const columns = (points) => tf.split(points, 2, 1);
  const [x, y] = columns(places).map((own, axis) => tf.squaredDifference(own, tf.transpose(columns(others)[axis])));
  const distances = tf.sqrt(tf.add(x, y));
  // no point acts on itself
  const itself = tf.cast(tf.equal(distances, 0), 'float32');
  const logits = tf.sub(tf.div(distances, -temperature), tf.mul(1e9, itself));
  // exp(-distance / temperature), divided by the roots of the sums of its row and its column
  const sums = tf.add(tf.logSumExp(logits, 1, true), tf.logSumExp(logits, 0, true));
  const weights = tf.exp(tf.sub(logits, tf.div(sums, 2)));
  const [toData, toSamples] = tf.split(weights, [data.shape[0], samples.shape[0]], 1);
  const towards = tf.mul(tf.sum(toSamples, 1, true), tf.matMul(toData, data));
  return tf.sub(towards, tf.mul(tf.sum(toData, 1, true), tf.matMul(toSamples, samples)));
}
