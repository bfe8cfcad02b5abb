import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNetwork } from '../../nets/check-network.js';
import { classesOf } from '../../nets/classes-of.js';
import type { ApplyOptions, Network } from '../../nets/network.js';
import { applyPart } from '../../nets/part-owning.js';
import { repeatExamples } from '../../nets/repeat-examples.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkExamples, checkGiven, checkInteger, checkObject, checkResult } from '../../tensor/checks.js';
import { note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { calling } from '../../tensor/own-members.js';
import type { DrawOptions, LatentDraw, LatentEncoder } from '../../vae/index.js';
import { codeVerdicts } from './code-verdicts.js';
import { checkQuantizer, type Quantized, type Quantizer } from './quantizer.js';
import { uniformCodes, type CodeDensity } from './uniform-codes.js';

/** The encoder of a VAE whose latents are codes: {@link createQuantizedEncoder} makes one. */
export interface QuantizedEncoder extends LatentEncoder {
  /** Makes codes of the network's vectors. */
  readonly quantizer: Quantizer;
  /** {@link uniformCodes}. */
  readonly prior: CodeDensity;
  /** The numbers of z for the data that were encoded last, places * size; NaN before. */
  readonly latentSize: number;
  /**
   * The codes of data.
   *
   * @param x - float32 `[batch, ...]`, as the network expects it
   * @returns int32 `[batch, places]`, a picture row by row; the caller disposes it
   */
  indices(x: Tensor, options?: ApplyOptions): Tensor;
}

/**
 * An encoder that turns data into codes: a network computes a vector for each place, and a quantizer replaces it by a code.
 *
 * log q(z|x) = 0, as the codes z of all places, one after the other, are certain; under {@link uniformCodes},
 * KL(q(z|x) || p(z)) = -log p(z) = places log K
 *
 * @param network - from data to vectors, `[batch, ..., size]`, such as `[batch, 7, 7, size]`
 * @param options - `quantizer`, which belongs to the encoder from then on
 * @returns an encoder that owns the network and the quantizer: disposing it disposes both. `draw` returns z as `[batch, places * size]`, and
 *   the quantizer's penalty.
 * @throws TypeError if an argument is wrong; `ShapeError` from its functions if the network's output has another last axis
 * @remarks `elbo` is the true bound on log p(x), also in the limit of many samples, because all draws are equal. Begin the decoder's network with
 *   `reshape` if it needs places and numbers on axes of their own.
 * @example
 * ```ts
 * const network = sequential([mlp({ sizes: [64, 128, 4 * 2], random }), reshape({ shape: [4, 2] })]);
 * const coder = createQuantizedEncoder(network, { quantizer: finiteScalarQuantizer({ levels: [4, 4] }) });
 * console.log(coder.indices(tf.zeros([3, 64])).shape); // [3, 4]
 * ```
 * @see van den Oord, Vinyals and Kavukcuoglu 2017, https://arxiv.org/abs/1711.00937
 */
export function createQuantizedEncoder(network: Network, options: { readonly quantizer: Quantizer }): QuantizedEncoder {
  const where = 'createQuantizedEncoder';
  checkNetwork(where, 'network', network);
  const { quantizer } = readOptions(where, options, { quantizer: checkQuantizer });
  let latentSize = NaN;
  const quantized = (caller: string, x: Tensor, applyOptions: ApplyOptions): Quantized => {
    checkExamples(caller, 'x', x);
    const h = applyPart(caller, network, x, applyOptions);
    const places = h.shape.slice(1, Math.max(1, h.rank - 1));
    checkResult(caller, 'network output', h, [x.shape[0], ...places, quantizer.size], 'Its last axis holds a vector.');
    const result = quantizer.quantize(h, applyOptions);
    checkGiven(caller, 'quantizer.quantize(...)', result, '{ z, indices }');
    latentSize = h.size / x.shape[0];
    return result;
  };
  const notResumable = network.notResumable ?? quantizer.notResumable;
  const made: Omit<QuantizedEncoder, 'latentSize'> = {
    variables: Object.freeze([...network.variables, ...quantizer.variables]),
    buffers: Object.freeze([...(network.buffers ?? []), ...(quantizer.buffers ?? [])]),
    notResumable,
    dispose: () => {
      network.dispose();
      quantizer.dispose();
    },
    quantizer,
    prior: uniformCodes(quantizer),
    observers: Object.freeze([codeVerdicts(quantizer)]),
    draw: calling({ quantizer }, (x: Tensor, random: RandomStream, drawOptions: DrawOptions = {}): LatentDraw => {
      checkRandom('draw', 'random', random);
      checkObject('draw', 'options', drawOptions);
      const { samples = 1, ...applyOptions } = drawOptions;
      checkInteger('draw', 'samples', samples);
      return tf.tidy(() => {
        const { z, penalty } = quantized('draw', x, { random, ...applyOptions });
        const rows = x.shape[0] * samples;
        const all = repeatExamples(tf.reshape(z, [x.shape[0], -1]), samples);
        return { z: all, logProb: tf.zeros([rows]), ...(penalty && { penalty }) };
      });
    }),
    indices: (x: Tensor, applyOptions: ApplyOptions = {}): Tensor =>
      tf.tidy(() => tf.reshape(quantized('indices', x, applyOptions).indices, [x.shape[0], -1])),
  };
  // not enumerable: in a spread copy, it would be a number that never changes
  const encoder = Object.defineProperty(made, 'latentSize', { get: () => latentSize }) as QuantizedEncoder;
  const parts = [network, quantizer] as readonly object[];
  return Object.freeze(note(encoder, { kind: where, options: {}, parts, classes: classesOf(network) }));
}
