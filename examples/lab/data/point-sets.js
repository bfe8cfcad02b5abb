// The sets of points that the lab offers. The programs that it writes contain these functions as they stand here.
import * as tf from '@tensorflow/tfjs-core';

/** Two half circles that reach into each other. */
export function moons(n, random) {
  const side = tf.sub(tf.mul(2, tf.cast(random.integers([n], 0, 2), 'float32')), 1);
  const angle = random.uniform([n], 0, Math.PI);
  const x = tf.sub(tf.cos(angle), tf.mul(0.5, side));
  const y = tf.mul(side, tf.sub(tf.sin(angle), 0.25));
  return tf.add(tf.mul(1.3, tf.stack([x, y], 1)), tf.mul(0.07, random.normal([n, 2])));
}

/** One and a half turns of a spiral whose radius grows with its angle. */
export function roll(n, random) {
  const angle = random.uniform([n], 1.5 * Math.PI, 4.5 * Math.PI);
  const curve = tf.stack([tf.mul(angle, tf.cos(angle)), tf.mul(angle, tf.sin(angle))], 1);
  return tf.add(tf.div(curve, 7), tf.mul(0.05, random.normal([n, 2])));
}

/** Eight small clouds on a circle. */
export function ring(n, random) {
  const angle = tf.mul(Math.PI / 4, tf.cast(random.integers([n], 0, 8), 'float32'));
  const centers = tf.mul(1.6, tf.stack([tf.cos(angle), tf.sin(angle)], 1));
  return tf.add(centers, tf.mul(0.08, random.normal([n, 2])));
}

/** Twenty-five small clouds in five rows. */
export function grid(n, random) {
  const centers = tf.mul(0.8, tf.sub(tf.cast(random.integers([n, 2], 0, 5), 'float32'), 2));
  return tf.add(centers, tf.mul(0.05, random.normal([n, 2])));
}

/** Your drawing: each example is near one of the drawn points. */
export function drawn(n, random, points) {
  const near = tf.gather(tf.tensor2d(points), random.integers([n], 0, points.length));
  return tf.add(near, tf.mul(0.05, random.normal([n, 2])));
}

/** Your file: each example is one of its points. */
export function csv(n, random, points) {
  return tf.gather(tf.tensor2d(points), random.integers([n], 0, points.length));
}

/** The moon of each point: what `moons` draws first from the same stream. */
export function moonsClasses(n, random) {
  return random.integers([n], 0, 2);
}

/** The cloud of each point: what `ring` draws first from the same stream. */
export function ringClasses(n, random) {
  return random.integers([n], 0, 8);
}

/** The cloud of each point, by rows: what `grid` draws first from the same stream. */
export function gridClasses(n, random) {
  const [column, row] = tf.unstack(random.integers([n, 2], 0, 5), 1);
  return tf.cast(tf.add(tf.mul(5, row), column), 'int32');
}
