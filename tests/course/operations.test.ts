import { resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { completeGradients } from '../../src/testing/exercises/missing-gradients.js';
import { checkGradients, grade, type Answer, type Exercise } from '../../src/testing/index.js';

type T = tf.Tensor;
const half = (terms: T): T => tf.mul(0.5, tf.sum(terms, 1));
const kl = (m: T, l: T): T => tf.sub(tf.sub(tf.add(tf.exp(l), tf.square(m)), 1), l);

const rows = (m: T): tf.Tensor2D => tf.cast<tf.Tensor2D>(tf.expandDims(tf.range(0, m.shape[0]), 1), 'int32');

/** Right answers, by the operations that they are made of. */
const right: Readonly<Record<string, Readonly<Record<string, Answer>>>> = {
  'gaussian-kl': {
    'einsum, of one tensor': (m: T, l: T) => tf.mul(0.5, tf.einsum('ij->i', kl(m, l))),
    'einsum, of two': (m: T, l: T) =>
      tf.mul(
        0.5,
        tf.add(
          tf.einsum('ij,ij->i', m, m),
          tf.einsum('ij,j->i', tf.sub(tf.sub(tf.exp(l), 1), l), tf.ones([l.shape[1]!])),
        ),
      ),
    'einsum, as a transposed product': (m: T, l: T) => half(tf.transpose(tf.einsum('ij->ji', kl(m, l)))),
    moments: (m: T, l: T) => tf.mul(0.5 * m.shape[1]!, tf.moments(kl(m, l), 1).mean),
    'a strided slice': (m: T, l: T) =>
      tf.mul(
        0.5,
        tf.addN(
          [0, 1, 2].map((j) => tf.reshape(tf.stridedSlice(kl(m, l), [0, j], [m.shape[0], 3], [1, 3]), [m.shape[0]])),
        ),
      ),
    gatherND: (m: T, l: T) => half(tf.gatherND(kl(m, l), rows(m))),
    scatterND: (m: T, l: T) => half(tf.scatterND(tf.reverse(rows(m), 0), tf.reverse(kl(m, l), 0), m.shape)),
    'a diagonal': (m: T, l: T) => tf.sum(tf.diag(half(kl(m, l))), 1),
    'topk of all': (m: T, l: T) => half(tf.topk(kl(m, l), m.shape[1]).values),
    'a gradient of its own': (m: T, l: T) =>
      half(
        tf.customGrad((...given) => {
          const [x, y, save] = given as unknown as [T, T, (tensors: T[]) => void];
          save([x, y]);
          const gradFunc = (dy: T, [a, b]: T[]) => [tf.mul(dy, tf.mul(2, a!)), tf.mul(dy, tf.sub(tf.exp(b!), 1))];
          return { value: kl(x, y), gradFunc };
        })(m, l),
      ),
    'a choice between equal branches': (m: T, l: T) => half(tf.where(tf.greater(l, 0), kl(m, l), kl(tf.neg(m), l))),
    'powers, norms and expm1': (m: T, l: T) => half(tf.add(tf.pow(tf.abs(m), 2), tf.sub(tf.expm1(l), l))),
    'batchNorm with nothing to do': (m: T, l: T) =>
      half(
        tf.reshape(
          tf.batchNorm4d(
            tf.reshape<tf.Rank.R4>(kl(m, l), [-1, 1, 1, 3]),
            tf.tensor1d([0, 0, 0]),
            tf.tensor1d([1, 1, 1]),
            tf.tensor1d([0, 0, 0]),
            tf.tensor1d([1, 1, 1]),
            0,
          ),
          [-1, 3],
        ),
      ),
    'tensors in a convolution': (m: T, l: T) =>
      tf.reshape(
        tf.conv1d(tf.reshape<tf.Rank.R3>(kl(m, l), [-1, 3, 1]), tf.fill<tf.Rank.R3>([3, 1, 1], 0.5), 1, 'valid'),
        [-1],
      ),
  },
  'importance-weighted-bound': {
    logSumExp: (w: T) => tf.sub(tf.logSumExp(w, 0), Math.log(w.shape[0])),
    'a logarithm of a softmax': (w: T) =>
      tf.neg(tf.add(tf.mean(tf.sub(tf.logSoftmax(tf.transpose(w)), tf.transpose(w)), 1), Math.log(w.shape[0]))),
    'the largest by topk, and a comparison': (w: T) => {
      const rows = tf.transpose(w);
      const largest = tf.topk(rows, 1).values;
      const kept = tf.where(tf.equal(rows, largest), tf.onesLike(rows), tf.exp(tf.sub(rows, largest)));
      return tf.add(tf.log(tf.mean(kept, 1)), tf.squeeze(largest, [1]));
    },
  },
  'bernoulli-log-likelihood': {
    'a choice by the sign of a logit': (x: T, l: T) => {
      const small = tf.log1p(tf.exp(tf.neg(tf.abs(l))));
      return tf.sum(tf.sub(tf.mul(x, l), tf.where(tf.less(l, 0), small, tf.add(l, small))), 1);
    },
    'einsum with pixels': (x: T, l: T) => tf.sub(tf.einsum('ij,ij->i', x, l), tf.einsum('ij->i', tf.softplus(l))),
  },
  reparameterize: {
    'einsum, element by element': (m: T, l: T, e: T) => tf.add(m, tf.einsum('ij,ij->ij', tf.exp(tf.div(l, 2)), e)),
    'a fused product': (m: T, l: T, e: T) =>
      tf.stack(
        Array.from({ length: m.shape[0] }, (_, i) => {
          const [row, deviation] = [tf.slice(e, [i, 0], [1, -1]), tf.exp(tf.mul(0.5, tf.slice(l, [i, 0], [1, -1])))];
          const product = tf.fused.matMul({
            a: row,
            b: tf.diag(tf.reshape(deviation, [-1])),
          });
          return tf.add(tf.reshape(product, [-1]), tf.reshape(tf.slice(m, [i, 0], [1, -1]), [-1]));
        }),
      ),
  },
  'masked-bound': {
    'a gather for each place': (l: T, tokens: T, masked: T, t: T) => {
      const own = tf.gather(tf.logSoftmax(l), tf.expandDims(tokens, 2), 2, 2);
      return tf.neg(tf.div(tf.sum(tf.mul(masked, tf.reshape(own, masked.shape)), 1), t));
    },
    'a gather for each example': (l: T, tokens: T, masked: T, t: T) => {
      const [n, length, choices] = l.shape as [number, number, number];
      const rows = tf.reshape(tf.logSoftmax(l), [n, length * choices]);
      const places = tf.add(tokens, tf.mul(tf.range(0, length, 1, 'int32'), tf.scalar(choices, 'int32')));
      return tf.neg(tf.div(tf.sum(tf.mul(masked, tf.gather(rows, places, 1, 1)), 1), t));
    },
    gatherND: (l: T, tokens: T, masked: T, t: T) => {
      const [n, length] = tokens.shape as [number, number];
      const along = (axis: number): T =>
        tf.broadcastTo(tf.expandDims(tf.range(0, [n, length][axis]!, 1, 'int32'), 1 - axis), [n, length]);
      const own = tf.gatherND(tf.logSoftmax(l), tf.cast(tf.stack([along(0), along(1), tokens], 2), 'int32'));
      return tf.neg(tf.div(tf.sum(tf.mul(masked, own), 1), t));
    },
  },
  'add-noise': {
    'gatherND and einsum': (x: T, e: T, t: T, table: T) => {
      const known = tf.gatherND(table, tf.expandDims(t, 1));
      return tf.add(tf.einsum('i,ij->ij', tf.sqrt(known), x), tf.einsum('i,ij->ij', tf.sqrt(tf.sub(1, known)), e));
    },
    'a product with one-hot rows': (x: T, e: T, t: T, table: T) => {
      const rows = tf.cast(tf.oneHot(t as tf.Tensor1D, table.size), 'float32');
      const known = tf.einsum('ij,j->i', rows, table);
      return tf.add(
        tf.mul(tf.expandDims(tf.sqrt(known), 1), x),
        tf.mul(tf.expandDims(tf.sqrt(tf.sub(1, known)), 1), e),
      );
    },
  },
};

describe.each(Object.keys(right))('right answers to %s lose no point', (name) => {
  test.each(Object.entries(right[name]!))('made of %s', async (_, answer) => {
    const path = resolve('examples/course/exercises', name, 'exercise.ts');
    const { exercise } = (await import(/* @vite-ignore */ path)) as { exercise: Exercise };
    const tidy: Answer = (...given: never[]) => tf.tidy(() => answer(...given) as T);
    const results = await grade(exercise, tidy, { seed: 11 });
    expect(results.map(({ message }) => message)).toEqual(results.map(() => 'Right.'));
  });
});

test.each<[string, (x: T) => T]>([
  ['einsum over all axes', (x) => tf.einsum('ij->', x)],
  [
    'einsum of a product',
    (x) =>
      tf.einsum(
        'ij,jk->ik',
        x,
        tf.tensor2d([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      ),
  ],
  ['einsum with itself', (x) => tf.einsum('ij,kj->ik', x, x)],
  ['einsum of two, both inputs', (x) => tf.einsum('ij,ij->j', x, tf.exp(x))],
  ['topk', (x) => tf.square(tf.topk(x, 2).values)],
  ['a strided slice backwards', (x) => tf.square(tf.stridedSlice(x, [1, 2], [0, 0], [-1, -1], 0, 3))],
  ['a gather of a column twice', (x) => tf.square(tf.gather(x, tf.tensor1d([2, 0, 2], 'int32'), -1))],
  [
    'a gather for each row',
    (x) =>
      tf.square(
        tf.gather(
          x,
          tf.tensor2d(
            [
              [1, 1],
              [0, 2],
            ],
            [2, 2],
            'int32',
          ),
          1,
          1,
        ),
      ),
  ],
  [
    'a gather for each number',
    (x) => tf.square(tf.gather(tf.stack([x, tf.exp(x)], 2), tf.tensor3d([0, 1, 1, 0, 0, 1], [2, 3, 1], 'int32'), 2, 2)),
  ],
  ['a squared difference of all pairs', (x) => tf.squaredDifference(tf.expandDims(x, 1), tf.expandDims(tf.exp(x), 0))],
  ['a squared difference from one row', (x) => tf.squaredDifference(x, tf.slice(x, [1, 0], [1, -1]))],
  ['a gather of the nearest row', (x) => tf.square(tf.gather(x, tf.argMin<tf.Tensor1D>(x, 0)))],
  [
    'a gatherND of the largest numbers',
    (x) => tf.square(tf.gatherND(x, tf.stack([tf.range(0, 2, 1, 'int32'), tf.argMax(x, 1)], 1))),
  ],
  ['gatherND of a row twice', (x) => tf.square(tf.gatherND(x, tf.tensor2d([[1], [1]], [2, 1], 'int32')))],
  ['scatterND onto one row', (x) => tf.square(tf.scatterND(tf.tensor2d([[2], [2]], [2, 1], 'int32'), x, [4, 3]))],
  ['a diagonal of a matrix', (x) => tf.square(tf.diag(x))],
])('the gradient of %s agrees with differences', async (_, f) => {
  completeGradients();
  await checkGradients(
    (x: T) => tf.sum(f(x)),
    [
      tf.tensor2d([
        [0.3, -1.2, 0.7],
        [1.9, 0.4, -0.6],
      ]),
    ],
  );
});
