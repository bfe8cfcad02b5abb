import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { createRandom } from '../../src/index.js';

/** A network in plain tfjs operations, as users write it. */
export interface UserNetwork {
  readonly name: string;
  /** The shape of one example. */
  readonly shape: readonly number[];
  /** The numbers of an example are integers from 0 to below this, if it is given. */
  readonly below?: number;
  readonly apply: (x: Tensor) => Tensor | tf.NamedTensorMap;
}

let seed = 500;
/** A weight. */
const w = (...shape: number[]): tf.Variable =>
  tf.variable(tf.tidy(() => tf.mul(createRandom(seed++).normal(shape), 1 / Math.sqrt(Math.max(1, shape.at(-2) ?? 1)))));
/** A layer of a user: x W + b. */
const linear = (inputs: number, units: number) => {
  const [weights, bias] = [w(inputs, units), w(units)];
  return (x: Tensor): Tensor =>
    x.rank === 2
      ? tf.add(tf.matMul(x, weights), bias)
      : tf.reshape(tf.add(tf.matMul(tf.reshape(x, [-1, inputs]), weights), bias), [...x.shape.slice(0, -1), units]);
};
const kernel = (...shape: [number, number, number, number]): tf.Tensor4D => w(...shape) as tf.Tensor as tf.Tensor4D;
const layerNorm = (size: number) => {
  const [scale, offset] = [w(size), w(size)];
  return (x: Tensor): Tensor => {
    const { mean, variance } = tf.moments(x, -1, true);
    return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, 1e-5))), scale), offset);
  };
};
const gelu = (x: Tensor): Tensor => tf.mul(tf.mul(0.5, x), tf.add(1, tf.erf(tf.div(x, Math.SQRT2))));
const gelu2 = (x: Tensor): Tensor =>
  tf.mul(tf.mul(0.5, x), tf.add(1, tf.tanh(tf.mul(0.7978845608, tf.add(x, tf.mul(0.044715, tf.pow(x, 3)))))));
const silu = (x: Tensor): Tensor => tf.mul(x, tf.sigmoid(x));
/** Attention by hand. */
const attend = (size: number, heads: number, causal: boolean) => {
  const [q, k, v, out] = [linear(size, size), linear(size, size), linear(size, size), linear(size, size)];
  return (x: Tensor): Tensor => {
    const [batch, length] = x.shape as [number, number, number];
    const split = (y: Tensor): Tensor =>
      tf.transpose(tf.reshape(y, [batch, length, heads, size / heads]), [0, 2, 1, 3]);
    let scores = tf.div(tf.matMul(split(q(x)), split(k(x)), false, true), Math.sqrt(size / heads));
    if (causal) {
      const places = tf.range(0, length);
      const isLater = tf.greater(tf.expandDims(places, 0), tf.expandDims(places, 1));
      scores = tf.where(
        tf.broadcastTo(tf.reshape(isLater, [1, 1, length, length]), scores.shape),
        tf.fill(scores.shape, -1e9),
        scores,
      );
    }
    const mixed = tf.matMul(tf.softmax(scores), split(v(x)));
    return out(tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch, length, size]));
  };
};
const conv = (
  x: Tensor,
  filter: tf.Tensor4D,
  strides: number | [number, number] = 1,
  pad: 'same' | 'valid' = 'same',
): Tensor => tf.conv2d(x as tf.Tensor4D, filter, strides, pad);

function networks(): UserNetwork[] {
  const res = [linear(6, 16), linear(16, 16), linear(16, 16), linear(16, 4)] as const;
  const att = [
    linear(5, 8),
    attend(8, 2, false),
    layerNorm(8),
    linear(8, 8),
    attend(8, 4, true),
    layerNorm(8),
  ] as const;
  const fourier = [w(2, 8), linear(16, 12), linear(12, 3)] as const;
  const table = w(7, 4);
  const mdn = [linear(4, 16), linear(16, 9)] as const;
  const rnn = [linear(3, 6), linear(6, 6), linear(6, 2)] as const;
  const gru = { z: linear(9, 6), r: linear(9, 6), h: linear(9, 6) };
  const lstm = [linear(3 + 5, 20), linear(5, 2)] as const;
  const gated = [kernel(3, 3, 2, 8), kernel(1, 1, 4, 2)] as const;
  const pool = [kernel(3, 3, 1, 4), kernel(3, 3, 4, 6), linear(6 * 4, 3)] as const;
  const down = [kernel(4, 4, 2, 6), kernel(4, 4, 2, 6)] as const;
  const bias = w(6);
  const flow = [linear(3, 8), linear(8, 6)] as const;
  const experts = [linear(4, 3), linear(4, 5), linear(4, 5), linear(4, 5)] as const;
  const film = [linear(2, 8), linear(6, 4)] as const;
  const codebook = w(6, 3);
  const groups = [w(8), w(8)] as const;
  const hyper = [linear(2, 12), linear(12, 3 * 4 + 4)] as const;
  const slots = [w(1, 3, 8), linear(8, 8), linear(5, 8), linear(5, 8)] as const;
  const siren = [linear(2, 10), linear(10, 10), linear(10, 1)] as const;
  const mixer = [linear(4, 8), linear(8, 4), linear(6, 12), linear(12, 6), layerNorm(6)] as const;
  const squeeze = [kernel(3, 3, 3, 6), linear(6, 3), linear(3, 6)] as const;
  const wave = [kernel(1, 2, 3, 6), kernel(1, 2, 3, 6), kernel(1, 1, 3, 3)] as const;
  const vq = linear(4, 3);
  const graph = [linear(4, 6), linear(6, 2)] as const;
  const adjacency = tf.tensor2d([0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0, 1, 1, 0], [4, 4]);
  const highway = [linear(5, 5), linear(5, 5)] as const;
  const bilinear = w(4, 3, 3);
  const rbf = [w(9, 3), linear(9, 2)] as const;
  const maxout = linear(4, 12);
  const sequence = [linear(3, 6), layerNorm(6)] as const;
  return [
    {
      name: 'a residual MLP',
      shape: [6],
      apply: (x) => {
        let h = tf.relu(res[0](x));
        for (const layer of [res[1], res[2]]) h = tf.add(h, gelu(layer(h)));
        return res[3](h);
      },
    },
    {
      name: 'a transformer by hand',
      shape: [7, 5],
      apply: (x) => {
        let h = att[0](x);
        h = tf.add(h, att[1](att[2](h)));
        h = tf.add(h, gelu2(att[3](h)));
        return tf.mean(tf.add(h, att[4](att[5](h))), 1);
      },
    },
    {
      name: 'Fourier features',
      shape: [2],
      apply: (x) => {
        const angles = tf.mul(2 * Math.PI, tf.matMul(x as tf.Tensor2D, fourier[0] as tf.Tensor as tf.Tensor2D));
        return tf.sigmoid(fourier[2](silu(fourier[1](tf.concat([tf.sin(angles), tf.cos(angles)], -1)))));
      },
    },
    {
      name: 'a bag of words',
      shape: [5],
      below: 7,
      apply: (x) => {
        const vectors = tf.gather(table, tf.cast(x, 'int32'));
        return tf.div(tf.sum(vectors, 1), Math.sqrt(5));
      },
    },
    {
      name: 'one-hot tokens and a product',
      shape: [4],
      below: 7,
      apply: (x) => {
        const hot = tf.oneHot(tf.cast(x, 'int32'), 7);
        return tf.reshape(tf.matMul(tf.reshape(tf.cast(hot, 'float32'), [-1, 7]), table as tf.Tensor as tf.Tensor2D), [
          x.shape[0],
          16,
        ]);
      },
    },
    {
      name: 'a mixture density head',
      shape: [4],
      apply: (x) => {
        const [logits, means, spread] = tf.split(mdn[1](tf.tanh(mdn[0](x))), 3, 1) as [Tensor, Tensor, Tensor];
        const weights = tf.softmax(logits);
        const scale = tf.add(tf.softplus(spread), 1e-3);
        const mean = tf.sum(tf.mul(weights, means), 1, true);
        const second = tf.sum(tf.mul(weights, tf.add(tf.square(scale), tf.squaredDifference(means, mean))), 1);
        const nll = tf.neg(
          tf.logSumExp(
            tf.sub(tf.logSoftmax(logits), tf.add(tf.log(scale), tf.mul(0.5, tf.square(tf.div(means, scale))))),
            1,
          ),
        );
        return { mean, deviation: tf.sqrt(second), nll };
      },
    },
    {
      name: 'a recurrent network, unrolled',
      shape: [5, 3],
      apply: (x) => {
        let h: Tensor = tf.zeros([x.shape[0], 6]);
        for (const one of tf.unstack(x, 1)) h = tf.tanh(tf.add(rnn[0](one), rnn[1](h)));
        return rnn[2](h);
      },
    },
    {
      name: 'a GRU, unrolled',
      shape: [4, 3],
      apply: (x) => {
        let h: Tensor = tf.zeros([x.shape[0], 6]);
        const states: Tensor[] = [];
        for (let t = 0; t < 4; t++) {
          const step = tf.squeeze(tf.slice(x, [0, t, 0], [-1, 1, -1]), [1]);
          const both = tf.concat([step, h], 1);
          const [z, r] = [tf.sigmoid(gru.z(both)), tf.sigmoid(gru.r(both))];
          const next = tf.tanh(gru.h(tf.concat([step, tf.mul(r, h)], 1)));
          h = tf.add(tf.mul(z, h), tf.mul(tf.sub(1, z), next));
          states.push(h);
        }
        return tf.stack(states, 1);
      },
    },
    {
      name: 'an LSTM backwards',
      shape: [4, 3],
      apply: (x) => {
        let [h, c]: Tensor[] = [tf.zeros([x.shape[0], 5]), tf.zeros([x.shape[0], 5])];
        for (const one of tf.unstack(tf.reverse(x, 1), 1)) {
          const [i, f, o, g] = tf.split(lstm[0](tf.concat([one, h!], 1)), 4, 1) as [Tensor, Tensor, Tensor, Tensor];
          c = tf.add(tf.mul(tf.sigmoid(tf.add(f, 1)), c!), tf.mul(tf.sigmoid(i), tf.tanh(g)));
          h = tf.mul(tf.sigmoid(o), tf.tanh(c));
        }
        return lstm[1](h!);
      },
    },
    {
      name: 'a gated convolution',
      shape: [6, 5, 2],
      apply: (x) => {
        const [a, b] = tf.split(conv(x, gated[0]), 2, 3) as [Tensor, Tensor];
        return tf.add(x, conv(tf.mul(tf.tanh(a), tf.sigmoid(b)), gated[1]));
      },
    },
    {
      name: 'convolutions and average pools',
      shape: [8, 8, 1],
      apply: (x) => {
        let h = tf.relu(conv(x, pool[0]));
        h = tf.avgPool(h as tf.Tensor4D, 2, 2, 'same');
        h = tf.avgPool(tf.leakyRelu(conv(h, pool[1]), 0.1) as tf.Tensor4D, 2, 2, 'valid');
        return pool[2](tf.reshape(h, [x.shape[0], -1]));
      },
    },
    {
      name: 'an autoencoder of strides',
      shape: [8, 6, 2],
      apply: (x) => {
        const h = tf.elu(tf.add(conv(x, down[0], 2), bias));
        return tf.conv2dTranspose(h as tf.Tensor4D, down[1], x.shape as [number, number, number, number], 2, 'same');
      },
    },
    {
      name: 'an affine coupling',
      shape: [6],
      apply: (x) => {
        const [a, b] = tf.split(x, 2, 1) as [Tensor, Tensor];
        const [scale, shift] = tf.split(flow[1](tf.relu(flow[0](a))), 2, 1) as [Tensor, Tensor];
        const log = tf.mul(2, tf.tanh(scale));
        return { z: tf.concat([tf.add(tf.mul(b, tf.exp(log)), shift), a], 1), logDeterminant: tf.sum(log, 1) };
      },
    },
    {
      name: 'experts of which one is chosen',
      shape: [4],
      apply: (x) => {
        const [gate, ...others] = experts;
        const chosen = tf.argMax(gate(x), 1);
        const all = tf.stack(
          others.map((layer) => tf.relu(layer(x))),
          1,
        );
        return tf.sum(tf.mul(all, tf.expandDims(tf.cast(tf.oneHot(chosen as tf.Tensor1D, 3), 'float32'), 2)), 1);
      },
    },
    {
      name: 'the two best experts',
      shape: [4],
      apply: (x) => {
        const [gate, ...others] = experts;
        const { values, indices } = tf.topk(tf.softmax(gate(x)), 2);
        const weights = tf.div(values, tf.sum(values, 1, true));
        const all = tf.stack(
          others.map((layer) => layer(x)),
          1,
        );
        const places = tf.cast(tf.oneHot(indices as tf.Tensor1D, 3), 'float32');
        return tf.sum(tf.mul(tf.expandDims(tf.sum(tf.mul(places, tf.expandDims(weights, 2)), 1), 2), all), 1);
      },
    },
    {
      name: 'features scaled by others',
      shape: [8],
      apply: (x) => {
        const [c, h] = [tf.slice(x, [0, 0], [-1, 2]), tf.slice(x, [0, 2], [-1, 6])];
        const [scale, shift] = tf.split(film[0](c), [4, 4], 1) as [Tensor, Tensor];
        return tf.add(tf.mul(tf.add(1, scale), film[1](h)), shift);
      },
    },
    {
      name: 'the nearest of some vectors',
      shape: [4],
      apply: (x) => {
        const h = vq(x);
        const squares = tf.add(tf.sum(tf.square(h), 1, true), tf.reshape(tf.sum(tf.square(codebook), 1), [1, 6]));
        const distances = tf.sub(
          squares,
          tf.mul(2, tf.matMul(h as tf.Tensor2D, codebook as tf.Tensor as tf.Tensor2D, false, true)),
        );
        const index = tf.argMin(distances, 1);
        return { nearest: tf.gather(codebook, index), distance: tf.min(distances, 1), index };
      },
    },
    {
      name: 'groups normalised by hand',
      shape: [4, 4, 8],
      apply: (x) => {
        const view = tf.reshape(x, [x.shape[0], 16, 2, 4]);
        const { mean, variance } = tf.moments(view, [1, 3], true);
        const normal = tf.mul(tf.sub(view, mean), tf.rsqrt(tf.add(variance, 1e-5)));
        return tf.add(tf.mul(tf.reshape(normal, x.shape), groups[0]), groups[1]);
      },
    },
    {
      name: 'weights from another network',
      shape: [5],
      apply: (x) => {
        const made = hyper[1](tf.tanh(hyper[0](tf.slice(x, [0, 0], [-1, 2]))));
        const weights = tf.reshape(tf.slice(made, [0, 0], [-1, 12]), [-1, 3, 4]);
        const h = tf.matMul(tf.reshape(tf.slice(x, [0, 2], [-1, 3]), [-1, 1, 3]), weights);
        return tf.add(tf.squeeze(h, [1]), tf.slice(made, [0, 12], [-1, 4]));
      },
    },
    {
      name: 'attention of learned queries',
      shape: [6, 5],
      apply: (x) => {
        const queries = tf.tile(slots[0], [x.shape[0], 1, 1]);
        const scores = tf.matMul(slots[1](queries), slots[2](x), false, true);
        return tf.matMul(tf.softmax(tf.mul(scores, 8 ** -0.5)), slots[3](x));
      },
    },
    {
      name: 'sines of sines',
      shape: [2],
      apply: (x) => siren[2](tf.sin(tf.mul(5, siren[1](tf.sin(tf.mul(5, siren[0](x))))))),
    },
    {
      name: 'a mixer',
      shape: [4, 6],
      apply: (x) => {
        const turned = tf.transpose(mixer[4](x), [0, 2, 1]);
        const h = tf.add(x, tf.transpose(mixer[1](gelu(mixer[0](turned))), [0, 2, 1]));
        return tf.add(h, mixer[3](gelu(mixer[2](mixer[4](h)))));
      },
    },
    {
      name: 'squeeze and excitation',
      shape: [5, 5, 3],
      apply: (x) => {
        const h = tf.relu6(conv(x, squeeze[0], 1, 'valid'));
        const gate = tf.sigmoid(squeeze[2](tf.relu(squeeze[1](tf.mean(h, [1, 2])))));
        return tf.mul(h, tf.reshape(gate, [-1, 1, 1, 6]));
      },
    },
    {
      name: 'causal convolutions with holes',
      shape: [9, 3],
      apply: (x) => {
        let h = tf.expandDims(x, 1);
        for (const [filter, hole] of [
          [wave[0], 1],
          [wave[1], 2],
        ] as const) {
          const padded = tf.pad(h, [
            [0, 0],
            [0, 0],
            [hole, 0],
            [0, 0],
          ]);
          const [a, b] = tf.split(tf.conv2d(padded as tf.Tensor4D, filter, 1, 'valid', 'NHWC', [1, hole]), 2, 3) as [
            Tensor,
            Tensor,
          ];
          h = tf.add(h, conv(tf.mul(tf.tanh(a), tf.sigmoid(b)), wave[2]));
        }
        return tf.squeeze(h, [1]);
      },
    },
    {
      name: 'a graph convolution',
      shape: [4, 4],
      apply: (x) => {
        const degrees = tf.sum(adjacency, 1, true);
        const mix = (h: Tensor): Tensor =>
          tf.div(tf.matMul(tf.tile(tf.expandDims(adjacency, 0), [h.shape[0], 1, 1]), h), degrees);
        return tf.max(graph[1](tf.relu(graph[0](mix(x)))), 1);
      },
    },
    {
      name: 'a highway with a clip',
      shape: [5],
      apply: (x) => {
        const gate = tf.clipByValue(tf.add(0.5, tf.mul(0.2, highway[0](x))), 0, 1);
        return tf.add(tf.mul(gate, tf.relu(highway[1](x))), tf.mul(tf.sub(1, gate), x));
      },
    },
    {
      name: 'a bilinear product by einsum',
      shape: [7],
      apply: (x) => {
        const products = tf.einsum('bi,iko->bko', tf.slice(x, [0, 0], [-1, 4]), bilinear);
        return tf.einsum('bk,bko->bo', tf.slice(x, [0, 4], [-1, 3]), products);
      },
    },
    {
      name: 'radial functions',
      shape: [3],
      apply: (x) => {
        const distances = tf.sum(tf.squaredDifference(tf.expandDims(x, 1), tf.expandDims(rbf[0], 0)), 2);
        return rbf[1](tf.exp(tf.neg(distances)));
      },
    },
    {
      name: 'maxout, cumulated and masked',
      shape: [4],
      apply: (x) => {
        const h = tf.max(tf.reshape(maxout(x), [-1, 4, 3]), 2);
        const sums = tf.cumsum(tf.abs(h), 1);
        const isSmall = tf.logicalAnd(tf.less(sums, 3), tf.notEqual(h, 0));
        return tf.where(isSmall, h, tf.mul(-1, sums));
      },
    },
    {
      name: 'means of sequences that end',
      shape: [5, 3],
      apply: (x) => {
        const isHere = tf.cast(tf.greater(tf.slice(x, [0, 0, 0], [-1, -1, 1]), -0.5), 'float32');
        const counts = tf.maximum(tf.sum(isHere, 1), 1);
        return tf.div(tf.sum(tf.mul(sequence[1](tf.selu(sequence[0](x))), isHere), 1), counts);
      },
    },
    {
      name: 'pictures of coordinates',
      shape: [4],
      apply: (x) => {
        const line = tf.linspace(-1, 1, 6);
        const [rows, columns] = [tf.reshape(line, [1, 6, 1]), tf.reshape(line, [1, 1, 6])];
        const at = (i: number): Tensor => tf.reshape(tf.slice(x, [0, i], [-1, 1]), [-1, 1, 1]);
        const far = tf.add(tf.square(tf.sub(rows, at(0))), tf.square(tf.sub(columns, at(1))));
        const picture = tf.expandDims(tf.exp(tf.neg(tf.div(far, tf.add(0.1, tf.square(at(2)))))), 3);
        return tf.sub(tf.mul(picture, 2), tf.reshape(tf.tanh(at(3)), [-1, 1, 1, 1]));
      },
    },
    {
      name: 'mirrored and thinned pictures',
      shape: [4, 4, 2],
      apply: (x) => {
        const h = tf.mirrorPad(
          x as tf.Tensor4D,
          [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ],
          'reflect',
        );
        const wide = tf.reshape(tf.tile(tf.expandDims(h, 3), [1, 1, 1, 2, 1]), [x.shape[0], 6, 12, 2]);
        return tf.prod(
          tf.add(1, tf.mul(0.1, tf.stridedSlice(wide, [0, 1, 0, 0], [x.shape[0], 6, 12, 2], [1, 3, 2, 1]))),
          3,
        );
      },
    },
  ];
}

/** Networks of a user, with the same weights at each call. */
export const userNetworks: readonly UserNetwork[] = networks();
