import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Log = (y: T) => T;

const nats = (x: T, u: T, log: Log, volume = Math.log(256)): T =>
  tf.sub(x.shape[1]! * volume, log(tf.div(tf.add(x, u), 256)));
const perDimension = (n: T, x: T): T => tf.div(n, Math.LN2 * x.shape[1]!);

export const answers: Answers = tidied({
  right: {
    'from nats': (x: T, u: T, log: Log) => perDimension(nats(x, u, log), x),
    'with log2 of the density': (x: T, u: T, log: Log) => {
      const bits = tf.div(log(tf.mul(tf.add(x, u), 1 / 256)), Math.log(2));
      return tf.div(tf.sub(8 * x.shape[1]!, bits), x.shape[1]!);
    },
    'with a tensor of logarithms': (x: T, u: T, log: Log) => {
      const volume = tf.sum(tf.log(tf.fill(x.shape, 1 / 256)), 1);
      return tf.neg(perDimension(tf.add(log(tf.div(tf.add(u, x), 256)), volume), x));
    },
    'with two divisions': (x: T, u: T, log: Log) => {
      const y = tf.add(tf.div(x, 256), tf.div(u, 256));
      return tf.div(tf.div(tf.sub(tf.mul(x.shape[1]!, Math.log(256)), log(y)), x.shape[1]!), Math.log(2));
    },
    'with tf.log': (x: T, u: T, log: Log) => {
      const y = tf.div(tf.add(x, u), tf.scalar(256));
      const total = tf.sub(log(y), tf.mul(x.shape[1]!, tf.log(tf.scalar(256))));
      return tf.div(tf.neg(total), tf.mul(x.shape[1]!, tf.log(tf.scalar(2))));
    },
  },
  wrong: {
    'no volume': [(x: T, u: T, log: Log) => tf.neg(perDimension(log(tf.div(tf.add(x, u), 256)), x)), ['noVolume']],
    nats: [(x: T, u: T, log: Log) => tf.div(nats(x, u, log), x.shape[1]!), ['nats']],
    'no noise': [(x: T, u: T, log: Log) => perDimension(nats(x, tf.zerosLike(u), log), x), ['noNoise']],
    'no division': [(x: T, u: T, log: Log) => tf.div(nats(x, u, log), Math.LN2), ['notPerDimension']],
    'nats for the whole example': [(x: T, u: T, log: Log) => nats(x, u, log), ['nats', 'notPerDimension']],
    'minus the bits': [(x: T, u: T, log: Log) => tf.neg(perDimension(nats(x, u, log), x)), ['negative']],
    'divided by 255': [
      (x: T, u: T, log: Log) => perDimension(nats(tf.mul(x, 256 / 255), tf.mul(u, 256 / 255), log), x),
      ['by255'],
    ],
    'numbers up to 256': [
      (x: T, u: T, log: Log) => perDimension(tf.sub(x.shape[1]! * Math.log(256), log(tf.add(x, u))), x),
      ['notScaled'],
    ],
    'the volume once': [
      (x: T, u: T, log: Log) => perDimension(tf.sub(Math.log(256), log(tf.div(tf.add(x, u), 256))), x),
      ['volumeOnce'],
    ],
    'the mean of the batch': [(x: T, u: T, log: Log) => tf.mean(perDimension(nats(x, u, log), x)), ['meanOverBatch']],
  },
});
