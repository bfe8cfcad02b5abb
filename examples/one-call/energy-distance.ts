import * as tf from '@tensorflow/tfjs-core';

/** How far two pictures of different classes are from each other besides their pixels. */
const APART = 15;
/** Height and width of the squares whose means are compared. */
const SQUARE = 4;

/**
 * The energy distance from a batch of samples to as many pictures, in parts, one for each sample, `[batch]`:
 * 2 mean_j |s_i - x_j| - mean_(j != i) |s_i - s_j|, in three views of a picture at once: its pixels, the means of its squares, and the
 * differences of neighbouring pixels. Its mean over batches is least where samples have the distribution of the pictures, so samples of a class
 * that are too similar move apart. Samples and pictures have the same labels, `[batch]`.
 *
 * @see Székely and Rizzo 2013, https://doi.org/10.1016/j.jspi.2013.03.018, and Bellemare et al. 2017, https://arxiv.org/abs/1705.10743
 */
export function energyDistances(samples: tf.Tensor, x: tf.Tensor, labels: tf.Tensor, classes: number): tf.Tensor {
  return tf.tidy(() => {
    const count = samples.shape[0];
    const others = tf.div(tf.sub(1, tf.eye(count)), count - 1);
    const ofClass = tf.mul(APART / Math.SQRT2, tf.oneHot(tf.cast(labels, 'int32'), classes));
    const [made, real] = [samples, x].map((pictures) =>
      views(pictures as tf.Tensor4D).map((view) => tf.concat([tf.reshape(view, [count, -1]), ofClass], 1)),
    ) as [tf.Tensor[], tf.Tensor[]];
    return tf.addN(
      made.map((view, i) => {
        const [toReal, toMade] = [distances(view, real[i]!), distances(view, view)];
        return tf.sub(tf.mul(2, tf.mean(toReal, 1)), tf.sum(tf.mul(others, toMade), 1));
      }),
    );
  });
}

/** The pixels, the means of squares, and the differences of neighbours, each with about as much weight. */
function views(x: tf.Tensor4D): tf.Tensor[] {
  const [count, height, width, channels] = x.shape;
  const across = tf.sub(
    tf.slice(x, [0, 0, 1, 0], [count, height, width - 1, channels]),
    tf.slice(x, [0, 0, 0, 0], [count, height, width - 1, channels]),
  );
  const down = tf.sub(
    tf.slice(x, [0, 1, 0, 0], [count, height - 1, width, channels]),
    tf.slice(x, [0, 0, 0, 0], [count, height - 1, width, channels]),
  );
  const flat = [across, down].map((differences) => tf.reshape(differences, [count, -1]));
  return [x, tf.mul(SQUARE, tf.avgPool(x, SQUARE, SQUARE, 'valid')), tf.concat(flat, 1)];
}

/** The distances from each row of `a` to each of `b`, `[rows of a, rows of b]`; 1 is added to their squares, so that the root has a gradient at 0. */
function distances(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  const [ofA, ofB] = [tf.sum(tf.square(a), 1, true), tf.sum(tf.square(b), 1)];
  const squares = tf.sub(tf.add(ofA, ofB), tf.mul(2, tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D, false, true)));
  return tf.sqrt(tf.add(tf.relu(squares), 1));
}
