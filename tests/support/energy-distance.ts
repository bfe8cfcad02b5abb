import * as tf from '@tensorflow/tfjs-core';

/**
 * The distance of samples from data, divided by the distance of a single point at the data's mean from the data: 0 for the data
 * themselves, 1 for that point. With D(a, b) = 2 E|a - b| - E|a - a'| - E|b - b'| it is D(samples, data) / D(mean, data).
 *
 * @see Szekely and Rizzo 2013, Energy statistics, https://doi.org/10.1016/j.jspi.2013.03.018
 */
export async function energyShare(samples: tf.Tensor, data: tf.Tensor): Promise<number> {
  const share = tf.tidy(() => {
    const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [x.shape[0], -1]);
    const [a, b] = [flat(samples), flat(data)];
    const apart = (x: tf.Tensor, y: tf.Tensor): tf.Tensor => {
      const squares = (z: tf.Tensor): tf.Tensor => tf.sum(tf.square(z), 1, true);
      const products = tf.matMul(x, y, false, true);
      const squared = tf.sub(tf.add(squares(x), tf.transpose(squares(y))), tf.mul(2, products));
      return tf.mean(tf.sqrt(tf.maximum(squared, 0)));
    };
    const within = apart(b, b);
    const far = (x: tf.Tensor): tf.Tensor => tf.sub(tf.sub(tf.mul(2, apart(x, b)), apart(x, x)), within);
    return tf.div(far(a), far(tf.mean(b, 0, true)));
  });
  const [value] = await share.data();
  share.dispose();
  return value!;
}
