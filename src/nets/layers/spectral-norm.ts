import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { checkInteger } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { createLayer, joinNetworks, onceAnUpdate } from '../layer.js';
import type { Network, WeightedLayer } from '../network.js';

/** How {@link spectralNorm} finds the singular value. */
export interface SpectralNormOptions {
  /** Steps of the power iteration in an update; 1 unless given. */
  readonly iterations?: number | undefined;
}

/** Steps before the first update, as in PyTorch. */
const FIRST_ITERATIONS = 15;

/** Under each root: weights of zero stay zero instead of NaN. */
const EPSILON = 1e-12;

/**
 * Divides a layer's weights by their largest singular value, so that the layer stretches no vector by more than 1 and a
 * discriminator made of such layers stays smooth.
 *
 * output = layer with weights / sigma, sigma = |W u|, W the weights as a matrix `[everything else, outputs]`
 *
 * The unit vector u nears the first right singular vector by power iteration: u = W^T W u / |W^T W u|. It takes 15 steps when
 * made, from a fixed start, and `iterations` in each update in training: in the first pass within a gradient call, not in
 * a second one (of fakes after reals) or where a penalty takes a gradient of the gradient. Outside of any gradient call each
 * training pass moves it. Gradients go through W in sigma, not through u. Buffer: u `[outputs]`.
 *
 * @param layer - {@link dense}, {@link conv2d} or {@link conv2dTranspose}; its biases stay as they are
 * @param options - the steps of the power iteration
 * @returns a network that owns the layer; the caller disposes it
 * @throws TypeError if the layer is none of these, RangeError or TypeError if `iterations` is no positive integer
 * @remarks The same steps and the same gradient as `torch.nn.utils.parametrizations.spectral_norm`, which begins at random.
 * The kernel of a convolution is taken as a matrix as in the paper; the convolution can stretch an image by more than 1.
 * @example
 * ```ts
 * const layer = spectralNorm(dense({ inputs: 1, units: 1, random: createRandom(1) }));
 * const values = await layer.apply(tf.tensor2d([[0], [3]])).data();
 * console.log(Math.abs(values[1]! - values[0]!)); // 3
 * ```
 * @see https://arxiv.org/abs/1802.05957 Miyato et al. 2018, algorithm 1
 */
export function spectralNorm(layer: WeightedLayer, { iterations = 1 }: SpectralNormOptions = {}): Network {
  const where = 'spectralNorm';
  if (typeof (layer as Partial<WeightedLayer> | undefined)?.applyWith !== 'function') {
    throw wrongKind({
      where,
      argument: 'layer',
      rule: 'must be a layer whose weights can be replaced',
      got: layer,
      fix: 'Pass a layer made by dense, conv2d or conv2dTranspose.',
    });
  }
  checkInteger(where, 'iterations', iterations);
  const [first, ...others] = layer.variables;
  const weights: Tensor = first!;
  const matrix = (): Tensor2D => asMatrix(weights, layer.outputAxis);
  const outputs = weights.shape[layer.outputAxis]!;
  const direction = tf.tidy(() => {
    const start = tf.tensor(Float32Array.from({ length: outputs }, (_, i) => Math.cos(i * i)));
    return tf.variable(powerIteration(matrix(), start, FIRST_ITERATIONS), false);
  });
  const moves = onceAnUpdate();
  const memory = createLayer([], (input) => tf.clone(input), [direction]);
  return joinNetworks([layer, memory], (input, options) => {
    const u = moves(options) ? stopGradient(() => powerIteration(matrix(), direction, iterations)) : direction;
    const stretched = product(matrix(), u);
    const output = layer.applyWith([tf.div(weights, lengthOf(stretched)), ...others], input);
    if (u !== direction) direction.assign(u);
    return output;
  });
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
