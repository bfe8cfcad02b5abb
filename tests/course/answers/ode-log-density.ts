import * as tf from '@tensorflow/tfjs-core';
import { tidied, type Answers } from './answers.js';

type T = tf.Tensor;
type Velocity = (x: T, t: number) => T;
interface Walk {
  readonly z: T;
  readonly integral: T;
}

const slope = (v: Velocity, x: T, t: number): T => tf.grad((at: T) => tf.sum(v(at, t)))(x);
const normal = (z: T): T => tf.mul(-0.5, tf.add(tf.square(z), Math.log(2 * Math.PI)));
/** Walks back with these times and slopes. */
function walk(
  v: Velocity,
  x: T,
  steps: number,
  time = (i: number): number => 1 - i / steps,
  sign = -1,
  after = false,
  count = steps,
): Walk {
  let [z, integral]: [T, T] = [x, tf.zerosLike(x)];
  for (let i = 0; i < count; i++) {
    const next = tf.add(z, tf.mul(sign / steps, v(z, time(i))));
    integral = tf.add(integral, tf.div(slope(v, after ? next : z, time(i)), steps));
    z = next;
  }
  return { z, integral };
}
const density = ({ z, integral }: Walk): T => tf.sub(normal(z), integral);

export const answers: Answers = tidied({
  right: {
    'with a falling index': (v: Velocity, x: T, steps: number) =>
      density(walk(v, x, steps, (i) => (steps - i) / steps)),
    recursively: (v: Velocity, x: T, steps: number) => {
      const h = 1 / steps;
      const log = (at: T, k: number): T =>
        k === 0 ? normal(at) : tf.sub(log(tf.sub(at, tf.mul(h, v(at, k * h))), k - 1), tf.mul(h, slope(v, at, k * h)));
      return log(x, steps);
    },
    'with valueAndGrad': (v: Velocity, x: T, steps: number) => {
      let [z, log]: [T, T] = [x, tf.zeros(x.shape)];
      for (let k = steps; k > 0; k--) {
        const t = k / steps;
        log = tf.sub(log, tf.div(tf.valueAndGrad((at: T) => tf.sum<tf.Scalar>(v(at, t)))(z).grad, steps));
        z = tf.sub(z, tf.div(v(z, t), steps));
      }
      return tf.add(log, tf.sub(tf.div(tf.square(z), -2), 0.5 * Math.log(2 * Math.PI)));
    },
    'with all slopes at the end': (v: Velocity, x: T, steps: number) => {
      const points: T[] = [x];
      for (let i = 0; i < steps; i++) points.push(tf.sub(points[i]!, tf.div(v(points[i]!, 1 - i / steps), steps)));
      const slopes = points.slice(0, -1).map((at, i) => slope(v, at, 1 - i / steps));
      return tf.sub(normal(points[steps]!), tf.mean(tf.stack(slopes), 0));
    },
    'with the logarithm of the normal density': (v: Velocity, x: T, steps: number) => {
      const { z, integral } = walk(v, x, steps);
      const p = tf.div(tf.exp(tf.div(tf.square(z), -2)), Math.sqrt(2 * Math.PI));
      return tf.sub(tf.log(p), integral);
    },
  },
  wrong: {
    forwards: [(v: Velocity, x: T, n: number) => density(walk(v, x, n, undefined, 1)), ['forwards']],
    'the integral added': [
      (v: Velocity, x: T, n: number) => {
        const { z, integral } = walk(v, x, n);
        return tf.add(normal(z), integral);
      },
      ['plusDivergence'],
    ],
    'no integral': [(v: Velocity, x: T, n: number) => normal(walk(v, x, n).z), ['noDivergence']],
    'no constant': [
      (v: Velocity, x: T, n: number) => tf.add(density(walk(v, x, n)), 0.5 * Math.log(2 * Math.PI)),
      ['noConstant'],
    ],
    'the density at x': [
      (v: Velocity, x: T, n: number) => tf.sub(normal(x), walk(v, x, n).integral),
      ['densityOfData'],
    ],
    'rising times': [(v: Velocity, x: T, n: number) => density(walk(v, x, n, (i) => i / n)), ['timesForwards']],
    'times of the ends': [
      (v: Velocity, x: T, n: number) => density(walk(v, x, n, (i) => 1 - (i + 1) / n)),
      ['timesEarly'],
    ],
    'the slope afterwards': [
      (v: Velocity, x: T, n: number) => density(walk(v, x, n, undefined, -1, true)),
      ['derivativeAfter'],
    ],
    'one step too few': [
      (v: Velocity, x: T, n: number) => density(walk(v, x, n, undefined, -1, false, n - 1)),
      ['oneLess'],
    ],
    'a loss of the batch': [
      (v: Velocity, x: T, n: number) => tf.neg(tf.mean(density(walk(v, x, n)))),
      ['negative', 'meanOverBatch'],
    ],
  },
});
