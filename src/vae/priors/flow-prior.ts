import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gaussianPrior, type LatentDensity } from '../../distributions/index.js';
import { joinNetworks, makeAll } from '../../nets/layer.js';
import type { Part } from '../../nets/network.js';
import { createPart } from '../../nets/part-owning.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { checkInteger } from '../../tensor/checks.js';
import { madeBy } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { checkedMethods } from './checked-methods.js';
import { coupling, couplingNetwork, type Halves } from './coupling.js';

/** Options of {@link createFlowPrior}. */
export interface FlowPriorOptions {
  /** Numbers in a latent vector, at least 2. */
  readonly latentSize: number;
  /** Number of couplings, at least 2, which change the second and the first half in turn; default 6. */
  readonly layers?: number | undefined;
  /** Numbers in each of the two hidden layers of a coupling; default 64. */
  readonly width?: number | undefined;
  /** The source of the initial weights: coupling i uses the fork `i`, counted from 0. */
  readonly random: RandomStream;
}

/**
 * A normalising flow: invertible layers map noise to latents. It is a prior for a VAE, or a density model by itself.
 *
 * z = f_L(... f_1(u)), u ~ N(0, I); f(a, b) = (a, b * exp(s(a)) + t(a)), the halves a and b in turn;
 * log p(z) = log N(u; 0, I) - sum over layers of sum_j s_j(a), u = f^-1(z)
 *
 * s and t are networks with two hidden layers; s = 3 tanh(. / 3). Their last layers are initially zero, so that the prior starts as
 * exactly N(0, I). Variables: those of each coupling in order, weights and biases of its three layers.
 *
 * @param options - see {@link FlowPriorOptions}
 * @returns a prior that owns its variables; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong; `logProb` throws {@link ShapeError} unless z is `[rows, latentSize]`
 * @remarks Pass it as `prior` to {@link createVaeTrainer}, or fit it to a trained encoder with {@link createPriorTrainer}. To
 * use it without a VAE, train it with {@link createTrainer} on the loss `tf.neg(tf.mean(prior.logProb(x)))`.
 * @example
 * ```ts
 * const prior = createFlowPrior({ latentSize: 2, random: createRandom(1) });
 * const nats = await prior.logProb(tf.zeros([1, 2])).data(); // -log(2 pi) = -1.838 before training
 * ```
 * @see Dinh, Sohl-Dickstein and Bengio 2017, section 3, https://arxiv.org/abs/1605.08803
 */
export function createFlowPrior(options: FlowPriorOptions): LatentDensity & Part {
  const where = 'createFlowPrior';
  const read = readOptions(where, options, {
    latentSize: { is: checkInteger, least: 2 },
    layers: { is: checkInteger, default: 6, least: 2, most: 1000 },
    width: { is: checkInteger, default: 64 },
    random: checkRandom,
  });
  const { latentSize, layers, width, random } = read;
  const halves = Array.from({ length: layers }, (_, i) => ({ latentSize, changesFirst: i % 2 === 1 }));
  const networks = makeAll(
    halves.map((own, i) => () => couplingNetwork(own, { width, random: random.fork(String(i)) })),
  );
  const couplings = networks.map((network, i) => coupling(network, halves[i]!.changesFirst));
  const first = Math.floor(latentSize / 2);
  const split = (z: Tensor): Halves => tf.split(z, [first, latentSize - first], 1) as [Tensor, Tensor];
  const fromNoise = (noise: Tensor): Tensor =>
    tf.concat([...couplings.reduce((z, { fromNoise }) => fromNoise(z), split(noise))], 1);
  const whole = joinNetworks(networks, fromNoise);
  const methods = checkedMethods(whole.variables, latentSize, {
    sample: (shape: readonly number[], stream: RandomStream): Tensor => fromNoise(stream.normal(shape)),
    logProb: (z: Tensor): Tensor => {
      let noise = split(z);
      const logScales = [...couplings].reverse().map(({ toNoise }) => {
        const { u, logScale } = toNoise(noise);
        noise = u;
        return logScale;
      });
      const start = gaussianPrior.logProb(tf.concat([...noise], 1));
      return logScales.reduce((nats, logScale) => tf.sub(nats, logScale), start);
    },
  });
  return madeBy(where, read, createPart(whole, methods));
}
