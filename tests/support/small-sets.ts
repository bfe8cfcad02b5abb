import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../src/index.js';

/** Examples, and the class of each. */
export interface SmallSet {
  readonly x: tf.Tensor;
  readonly classes: tf.Tensor;
}

type Draw = (random: RandomStream, count: number) => SmallSet;

const integers = (random: RandomStream, count: number, below: number): tf.Tensor =>
  tf.cast(random.integers([count], 0, below), 'int32');
const column = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.cast(x, 'float32'), [-1, 1]);
const noisy = (x: tf.Tensor, random: RandomStream, size: number): tf.Tensor =>
  tf.add(x, tf.mul(size, random.normal(x.shape)));

/** Images [count, size, size, 1] in [-1, 1] from a function of the rows, the columns and the numbers of each image. */
function images(size: number, at: (row: tf.Tensor, column: tf.Tensor) => tf.Tensor): tf.Tensor {
  const places = tf.div(tf.range(0, size), size - 1);
  return tf.sub(tf.mul(2, at(tf.reshape(places, [1, -1, 1, 1]), tf.reshape(places, [1, 1, -1, 1]))), 1);
}

const perImage = (x: tf.Tensor): tf.Tensor => tf.reshape(tf.cast(x, 'float32'), [-1, 1, 1, 1]);

/** Small data of a size of about 1, drawn again for each run. */
export const smallSets = {
  ring: (random, count) => {
    const classes = integers(random, count, 6);
    const angle = tf.mul(Math.PI / 3, column(classes));
    return { classes, x: noisy(tf.mul(1.5, tf.concat([tf.cos(angle), tf.sin(angle)], 1)), random, 0.15) };
  },
  grid: (random, count) => {
    const classes = integers(random, count, 9);
    const row = tf.floor(tf.div(column(classes), 3));
    const place = tf.concat([row, tf.sub(column(classes), tf.mul(3, row))], 1);
    return { classes, x: noisy(tf.mul(1.2, tf.sub(place, 1)), random, 0.1) };
  },
  /** Five by five narrow modes. */
  lattice: (random, count) => {
    const classes = integers(random, count, 25);
    const row = tf.floor(tf.div(column(classes), 5));
    const place = tf.concat([row, tf.sub(column(classes), tf.mul(5, row))], 1);
    return { classes, x: noisy(tf.mul(0.7, tf.sub(place, 2)), random, 0.05) };
  },
  /** Two modes, one of which has a tenth of the examples. */
  uneven: (random, count) => {
    const classes = tf.cast(tf.less(random.uniform([count]), 0.1), 'int32');
    const middle = tf.sub(tf.mul(2.5, column(classes)), 0.25);
    return { classes, x: noisy(tf.concat([middle, tf.neg(middle)], 1), random, 0.4) };
  },
  /** Numbers of one dimension, with two humps. */
  humps: (random, count) => {
    const classes = integers(random, count, 2);
    return { classes, x: noisy(tf.sub(tf.mul(2.4, column(classes)), 1.2), random, 0.4) };
  },
  /** Six dimensions that depend on each other. */
  cloud: (random, count) => {
    const mixing = random.fork('mixing').normal([6, 6]);
    const x = tf.add(0.3, tf.mul(0.5, tf.matMul(random.normal([count, 6]), mixing)));
    return { classes: tf.zeros([count], 'int32'), x };
  },
  /** A small cluster far from a wide one, away from the origin. */
  islands: (random, count) => {
    const classes = tf.cast(tf.less(random.uniform([count]), 0.3), 'int32');
    const middle = tf.add(1, tf.mul(2, column(classes)));
    const width = tf.sub(0.6, tf.mul(0.45, column(classes)));
    return { classes, x: tf.add(tf.concat([middle, middle], 1), tf.mul(width, random.normal([count, 2]))) };
  },
  moons: (random, count) => {
    const classes = integers(random, count, 2);
    const angle = tf.mul(Math.PI, random.uniform([count, 1]));
    const lower = column(classes);
    const across = tf.sub(tf.add(tf.cos(angle), lower), 0.5);
    const turned = tf.mul(tf.sub(1, tf.mul(2, lower)), tf.sin(angle));
    return {
      classes,
      x: noisy(tf.concat([across, tf.sub(tf.add(turned, tf.mul(0.5, lower)), 0.25)], 1), random, 0.08),
    };
  },
  gaussian: (random, count) => {
    const [a, b] = tf.split(random.normal([count, 2]), 2, 1) as [tf.Tensor, tf.Tensor];
    const x = tf.concat([tf.add(0.5, a), tf.add(tf.mul(0.6, a), tf.mul(0.5, b))], 1);
    return { classes: tf.zeros([count], 'int32'), x };
  },
  line: (random, count) => {
    const along = random.uniform([count, 1], -1.5, 1.5);
    return { classes: tf.zeros([count], 'int32'), x: noisy(tf.concat([along, tf.mul(0.5, along)], 1), random, 0.03) };
  },
  spiral: (random, count) => {
    const turn = tf.sqrt(random.uniform([count, 1], 0.05, 1));
    const angle = tf.mul(3 * Math.PI, turn);
    const x = tf.mul(tf.mul(1.6, turn), tf.concat([tf.cos(angle), tf.sin(angle)], 1));
    return { classes: tf.zeros([count], 'int32'), x: noisy(x, random, 0.05) };
  },
  /** Bright spots anywhere on 8 x 8 pixels. */
  spots: (random, count) => {
    const [down, across] = [0, 1].map(() => perImage(random.uniform([count], 0.15, 0.85))) as [tf.Tensor, tf.Tensor];
    const x = images(8, (row, column) =>
      tf.exp(tf.mul(-16, tf.add(tf.square(tf.sub(row, down)), tf.square(tf.sub(column, across))))),
    );
    return { classes: tf.zeros([count], 'int32'), x };
  },
  /** Bars across or down on 12 x 12 pixels; the class says which. */
  bars: (random, count) => {
    const classes = integers(random, count, 2);
    const place = perImage(random.uniform([count], 0.1, 0.9));
    const down = perImage(classes);
    const x = images(12, (row, column) => {
      const far = tf.add(tf.mul(down, tf.sub(column, place)), tf.mul(tf.sub(1, down), tf.sub(row, place)));
      return tf.sigmoid(tf.mul(30, tf.sub(0.15, tf.abs(far))));
    });
    return { classes, x };
  },
} satisfies Record<string, Draw>;

/** The name of one of {@link smallSets}. */
export type SmallSetName = keyof typeof smallSets;
