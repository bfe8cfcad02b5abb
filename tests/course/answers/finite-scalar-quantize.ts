import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Detach = (x: T) => T;

const level = (bounded: T, scale = 2, back = scale): T => tf.div(tf.round(tf.mul(scale, bounded)), back);
const through = (bounded: T, quantized: T, detach: Detach): T => tf.add(bounded, detach(tf.sub(quantized, bounded)));

export const answers: Answers = tidied({
  right: {
    'with both parts detached': (z: T, detach: Detach) => {
      const b = tf.tanh(z);
      return tf.sub(tf.add(detach(level(b)), b), detach(b));
    },
    'on the scale of the levels': (z: T, detach: Detach) => {
      const wide = tf.mul(2, tf.tanh(z));
      return tf.div(through(wide, tf.round(wide), detach), 2);
    },
    'with floor': (z: T, detach: Detach) => {
      const wide = tf.mul(2, tf.tanh(z));
      return tf.mul(0.5, tf.add(wide, detach(tf.sub(tf.floor(tf.add(wide, 0.5)), wide))));
    },
    'with a gradient of its own': (z: T) =>
      tf.customGrad((...given) => {
        const [x, save] = given as unknown as [T, (tensors: T[]) => void];
        const b = tf.tanh(x);
        save([b]);
        return { value: level(b), gradFunc: (dy: T, [t]: T[]) => tf.mul(dy, tf.sub(1, tf.square(t!))) };
      })(z),
    'with tanh from exponentials': (z: T, detach: Detach) => {
      const e = tf.exp(tf.mul(2, z));
      const b = tf.div(tf.sub(e, 1), tf.add(e, 1));
      return through(b, level(b), detach);
    },
  },
  wrong: {
    'no rounding': [(z: T) => tf.tanh(z), ['notRounded']],
    'no straight-through': [(z: T) => level(tf.tanh(z)), ['noStraightThrough']],
    'detached in full': [(z: T, detach: Detach) => detach(level(tf.tanh(z))), ['noStraightThrough']],
    'no tanh': [(z: T, detach: Detach) => through(z, level(z), detach), ['notBounded']],
    'clipped instead': [
      (z: T, detach: Detach) => {
        const b = tf.clipByValue(z, -1, 1);
        return through(b, level(b), detach);
      },
      ['clipped'],
    ],
    'three levels': [(z: T, detach: Detach) => through(tf.tanh(z), tf.round(tf.tanh(z)), detach), ['notScaled']],
    'whole numbers': [
      (z: T, detach: Detach) => through(tf.mul(2, tf.tanh(z)), level(tf.tanh(z), 2, 1), detach),
      ['notScaledBack'],
    ],
    'rounded down': [
      (z: T, detach: Detach) => through(tf.tanh(z), tf.div(tf.floor(tf.mul(2, tf.tanh(z))), 2), detach),
      ['floor'],
    ],
    'through the tanh as well': [(z: T, detach: Detach) => through(z, level(tf.tanh(z)), detach), ['throughTanh']],
    'the number of the level': [
      (z: T, detach: Detach) => tf.add(2, through(tf.mul(2, tf.tanh(z)), level(tf.tanh(z), 2, 1), detach)),
      ['indices'],
    ],
  },
});
