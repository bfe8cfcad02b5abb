import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkLatents, readLatents, sourceFrom, type LatentOptions } from '../distributions/latent-source.js';
import { checkNetwork } from '../nets/check-network.js';
import { checkConditionRead } from '../nets/classes-of.js';
import type { ApplyOptions, Network, Part } from '../nets/network.js';
import { applyPart, createPart } from '../nets/part-owning.js';
import type { RandomStream } from '../random/stream.js';
import { checkFunction, checkShape } from '../tensor/checks.js';
import { madeBy } from '../tensor/made-by.js';
import { calling, checkCopy } from '../tensor/own-members.js';

/** The generator of a generative adversarial network. */
export interface Generator extends Part {
  /** Numbers in a latent vector. */
  readonly latentSize: number;
  /**
   * Draws latents from the prior.
   *
   * @param n - how many, at least 1
   * @param random - the prior draws from it directly, without a fork
   * @returns float32 `[n, latentSize]`; the caller disposes it
   */
  sampleLatent(n: number, random: RandomStream): Tensor;
  /**
   * G(z), the generator's output for latents.
   *
   * @param z - float32 `[batch, latentSize]`
   * @returns `[batch, ...]`, the network's output; the caller disposes it
   */
  generate(z: Tensor, options?: ApplyOptions): Tensor;
  /**
   * New data: `generate(sampleLatent(n, random), options)`; the latents are disposed. Without options the network runs in
   * inference mode: dropout is off, and batch norms use their moving statistics.
   *
   * @param n - how many, at least 1
   * @param random - only the latents are drawn from it; the network draws from `options.random`
   * @returns `[n, ...]`; the caller disposes it
   */
  draw(n: number, random: RandomStream, options?: ApplyOptions): Tensor;
  /**
   * The same as `draw`. Prefer `draw`: it also draws the pictures to show of a VAE (see {@link createPriorSampler}), whose
   * `sample` adds the noise of the likelihood. A generator has no such noise.
   *
   * @param n - how many, at least 1
   * @param random - only the latents are drawn from it; the network draws from `options.random`
   * @returns `[n, ...]`; the caller disposes it
   */
  sample(n: number, random: RandomStream, options?: ApplyOptions): Tensor;
}

/**
 * A generator, which makes data from latents: a prior draws the latents, and a network maps them to data.
 *
 * x = network(z), z ~ prior
 *
 * @param network - from `[batch, latentSize]` to `[batch, ...]`, data as the discriminator expects them
 * @param options - see {@link LatentOptions}
 * @returns a generator that owns the network: disposing it disposes the network
 * @throws TypeError or RangeError if `network` is not a network, `prior` not a prior or `latentSize` not a positive
 *   integer; its methods throw TypeError, RangeError or {@link ShapeError} if z is not float32 `[batch, latentSize]`, if `n` is not
 *   a positive integer or `random` not a stream, or if the network does not return one output for each latent
 * @example
 * ```ts
 * const network = mlp({ sizes: [2, 64, 64, 3], activation: leakyRelu, random: createRandom(1) });
 * const generator = createGenerator(network, { latentSize: 2 });
 * console.log(generator.draw(5, createRandom(2)).shape); // [5, 3]
 * ```
 * @see Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661
 */
export function createGenerator(network: Network, options: LatentOptions): Generator {
  const where = 'createGenerator';
  checkNetwork(where, 'network', network);
  const read = readLatents(where, options);
  const latents = sourceFrom(read);
  const { latentSize } = read;

  // the last argument, which only `draw` and `sample` pass, is the name for an error
  const generate = (z: Tensor, applyOptions?: ApplyOptions, caller = 'generate'): Tensor => {
    checkLatents(caller, 'z', z, [null, latentSize]);
    return tf.tidy(() => {
      const output = applyPart(caller, network, z, applyOptions, 'z');
      const expected = [z.shape[0], ...output.shape.slice(1)];
      checkShape(caller, 'network output', output, expected, 'The first axis is the batch.');
      return output;
    });
  };

  const sampleLatent = (n: number, random: RandomStream, caller = 'sampleLatent'): Tensor => latents(caller, n, random);
  const drawAs = (caller: string): Generator['draw'] => {
    const draw: Generator['draw'] = (n, random, applyOptions) => {
      checkConditionRead(caller, 'options.', applyOptions, network);
      return tf.tidy(() => generate(sampleLatent(n, random, caller), applyOptions, caller));
    };
    return calling({ sampleLatent, generate }, draw);
  };

  const made = createPart(network, {
    latentSize,
    sampleLatent,
    generate,
    draw: drawAs('draw'),
    sample: drawAs('sample'),
  });
  return madeBy(where, read, made);
}

/** Throws unless `generator` has `generate`, or if it is a copy whose `draw` or `sample` is that of another. */
export function checkGenerator(where: string, argument: string, generator: Generator): void {
  checkFunction(where, `${argument}.generate`, generator?.generate);
  checkCopy(where, argument, generator, 'draw sample', 'Replace it, too.');
}
