import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Network = (x: T, sigma: T) => T;

interface Settings {
  readonly data?: number;
  readonly least?: number;
  readonly skip?: (skip: T) => T;
  readonly out?: (out: T, skip: T) => T;
}

/** The function with other settings. */
const consistent =
  ({ data = 0.5, least = 0.002, skip = (x) => x, out = (x) => x }: Settings) =>
  (network: Network, x: T, sigma: T): T => {
    const above = tf.sub(sigma, least);
    const ofX = tf.div(data * data, tf.add(tf.square(above), data * data));
    const ofNetwork = tf.mul(tf.mul(data, above), tf.rsqrt(tf.add(tf.square(sigma), data * data)));
    return tf.add(tf.mul(skip(ofX), x), tf.mul(out(ofNetwork, ofX), network(x, sigma)));
  };

export const answers: Answers = tidied({
  right: {
    'with rsqrt': consistent({}),
    'with a reciprocal': (network: Network, x: T, sigma: T) => {
      const s = tf.sub(sigma, 0.002);
      const ofX = tf.reciprocal(tf.add(1, tf.square(tf.mul(2, s))));
      return tf.add(
        tf.mul(ofX, x),
        tf.mul(tf.div(s, tf.sqrt(tf.add(1, tf.square(tf.mul(2, sigma))))), network(x, sigma)),
      );
    },
    'with powers': (network: Network, x: T, sigma: T) => {
      const s = tf.add(sigma, -0.002);
      const skip = tf.mul(0.25, tf.pow(tf.add(tf.pow(s, 2), 0.25), -1));
      const out = tf.mul(tf.mul(s, 0.5), tf.pow(tf.add(tf.pow(sigma, 2), 0.25), -0.5));
      return tf.addN([tf.mul(skip, x), tf.mul(out, network(x, sigma))]);
    },
    'from x by a difference': (network: Network, x: T, sigma: T) => {
      const s = tf.square(tf.sub(sigma, 0.002));
      const loss = tf.div(s, tf.add(s, 0.25));
      const out = tf.div(tf.sub(sigma, 0.002), tf.mul(2, tf.sqrt(tf.add(tf.square(sigma), 0.25))));
      return tf.add(tf.sub(x, tf.mul(loss, x)), tf.mul(out, network(x, sigma)));
    },
    'with constants by name': (network: Network, x: T, sigma: T) => {
      const [data, least] = [tf.scalar(0.5), tf.scalar(0.002)];
      const variance = tf.square(data);
      const above = tf.sub(sigma, least);
      const skip = tf.div(variance, tf.add(tf.squaredDifference(sigma, least), variance));
      return tf.add(
        tf.mul(x, skip),
        tf.mul(network(x, sigma), tf.div(tf.mul(data, above), tf.sqrt(tf.add(tf.mul(sigma, sigma), variance)))),
      );
    },
  },
  wrong: {
    'no boundary': [consistent({ least: 0 }), ['noBoundary']],
    'no skip': [consistent({ skip: tf.zerosLike }), ['noSkip']],
    'x in full': [consistent({ skip: tf.onesLike }), ['fullSkip']],
    'no factor of the network': [consistent({ out: tf.onesLike }), ['noOut']],
    'minus the network': [consistent({ out: tf.neg }), ['outMinus']],
    'data of deviation 1': [consistent({ data: 1 }), ['dataOne']],
    'data of variance 0.5': [consistent({ data: Math.SQRT1_2 }), ['dataVariance']],
    'the network alone': [consistent({ out: tf.zerosLike }), ['onlySkip']],
    'a complement': [consistent({ out: (_, skip) => tf.sub(1, skip) }), ['complement']],
    'a factor with a root': [consistent({ skip: (skip) => tf.mul(0.5, tf.sqrt(skip)) }), ['skipRoot']],
  },
});
