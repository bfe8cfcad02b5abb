import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { checkAlive, checkInteger } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { createLayer, joinNetworks, onceAnUpdate } from '../layer.js';
import type { Network, WeightedLayer } from '../network.js';
import { hasSource, newVariable } from '../new-variable.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';
import { checkCopy } from '../../tensor/own-members.js';

/** Steps before the first update, as in PyTorch. */
const FIRST_ITERATIONS = 15;

/** Added under each root, so that zero weights stay zero instead of becoming NaN. */
const EPSILON = 1e-12;

/**
 * Divides a layer's weights by their largest singular value, so that the layer stretches no vector by a factor above 1
 * and a discriminator made of such layers stays smooth.
 *
 * output = layer with weights / sigma, sigma = |W u|, where W is the weights as a matrix `[everything else, outputs]`
 *
 * The unit vector u approaches the first right singular vector by power iteration: u = W^T W u / |W^T W u|. It takes 15 steps
 * from a fixed start when the layer is made, and `iterations` in each training update: in the first pass within a gradient
 * call, but not in a second one (over fakes, after the reals) or where a penalty takes a gradient of the gradient. Outside any
 * gradient call, each training pass updates it. Gradients flow through W in sigma, not through u. Buffer: u `[outputs]`.
 *
 * @param layer - {@link dense}, or a convolution: {@link conv2d}, {@link conv2dTranspose}, {@link conv1d} or {@link conv1dTranspose}; its
 *   biases stay as they are
 * @param options - the steps of the power iteration
 * @returns a network that owns the layer; the caller disposes it
 * @throws TypeError if the layer is not one of these, RangeError or TypeError if `iterations` is not a positive integer
 * @remarks Takes the same steps and has the same gradient as `torch.nn.utils.parametrizations.spectral_norm`, which starts
 * at random. As in the paper, a convolution's kernel is treated as a matrix, so the convolution can stretch an image by a factor above 1.
 * @example
 * ```ts
 * const layer = spectralNorm(dense({ inputs: 1, units: 1, random: createRandom(1) }));
 * const values = await layer.apply(tf.tensor2d([[0], [3]])).data();
 * console.log(Math.abs(values[1]! - values[0]!)); // 3
 * ```
 * @see https://arxiv.org/abs/1802.05957 Miyato et al. 2018, algorithm 1
 */
export function spectralNorm(
  layer: WeightedLayer,
  options: {
    /** Steps of the power iteration per update; default 1. */
    readonly iterations?: number | undefined;
  } = {},
): Network {
  const where = 'spectralNorm';
  const read = readOptions(where, options, { iterations: { is: checkInteger, default: 1, most: 1000 } });
  if (typeof (layer as Partial<WeightedLayer> | undefined)?.applyWith !== 'function') {
    throw wrongKind(where, 'layer', 'must be a layer whose weights can be replaced', {
      got: layer,
      fix: 'Pass a layer made by dense, or by a function for convolutions such as conv2d.',
    });
  }
  checkCopy(where, 'layer', layer, 'applyWith', 'Replace it, too.');
  // the variables of a file that is being read are not made yet
  if (!hasSource()) checkAlive(where, 'layer', layer.variables);
  const [first, ...others] = layer.variables;
  const weights: Tensor = first!;
  const matrix = (): Tensor2D => asMatrix(weights, layer.outputAxis);
  const outputs = weights.shape[layer.outputAxis]!;
  const settled = (): Tensor => {
    const start = tf.tensor(Float32Array.from({ length: outputs }, (_, i) => Math.cos(i * i)));
    return powerIteration(matrix(), start, FIRST_ITERATIONS);
  };
  const direction = newVariable([outputs], settled, false);
  const moves = onceAnUpdate();
  const memory = createLayer([], (input) => tf.clone(input), [direction]);
  const made = joinNetworks([layer, memory], (input, options) => {
    const u = moves(options) ? stopGradient(() => powerIteration(matrix(), direction, read.iterations)) : direction;
    const stretched = product(matrix(), u);
    const output = layer.applyWith([tf.div(weights, lengthOf(stretched)), ...others], input);
    if (u !== direction) direction.assign(u);
    return output;
  });
  return madeBy(where, read, made);
}

/** The weights as `[everything else, outputs]`. */
function asMatrix(weights: Tensor, outputAxis: number): Tensor2D {
  const axes = [...weights.shape.keys()];
  const last = axes.length - 1;
  const sorted =
    outputAxis === last ? weights : tf.transpose(weights, [...axes.filter((axis) => axis !== outputAxis), outputAxis]);
  return tf.reshape(sorted, [-1, weights.shape[outputAxis]!]);
}

function powerIteration(matrix: Tensor2D, start: Tensor, steps: number): Tensor {
  let u = start;
  for (let i = 0; i < steps; i++) {
    const v = unit(product(matrix, u));
    u = unit(product(matrix, v, true));
  }
  return u;
}

function product(matrix: Tensor2D, vector: Tensor, transposed = false): Tensor {
  return tf.reshape(tf.matMul(matrix, tf.reshape(vector, [-1, 1]), transposed), [-1]);
}

function lengthOf(vector: Tensor): Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(vector)), EPSILON));
}

function unit(vector: Tensor): Tensor {
  return tf.div(vector, lengthOf(vector));
}
