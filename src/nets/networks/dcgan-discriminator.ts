import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFloat, checkFunction, checkInteger } from '../../tensor/checks.js';
import { leakyRelu } from '../activations.js';
import { checkNetwork } from '../check-network.js';
import { checkSizes, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { withProjection } from '../conditions/with-projection.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { flatten } from '../layers/flatten.js';
import { halvingsOf } from './dcgan-shapes.js';
import { chain } from './sequential.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link dcganDiscriminator} is made of. */
export interface DcganDiscriminatorOptions {
  /** Shape of the input images; halving height and width must end at 4 to 8, as it does for 28, 32 and 64. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Channels after the first convolution, doubled by each later one; default 64. */
  readonly width?: number | undefined;
  /** Number of class labels for `options.condition`; unconditional by default. */
  readonly classes?: number | undefined;
  /** Makes the norm after each convolution except the first: {@link batchNorm} or {@link groupNorm}. None by default. */
  readonly norm?: ((options: { readonly inputs: number; readonly activation: Activation }) => Network) | undefined;
  /** Where the initial weights come from: its forks `i` for convolution i, counted from 0, `head` and `labels`. */
  readonly random: RandomStream;
}

/**
 * The discriminator of DCGAN, from images `[batch, height, width, channels]` to logits `[batch, 1]`.
 *
 * n 4x4 convolutions with strides of 2, {@link leakyRelu} after each, to `[height / 2^n, width / 2^n, width * 2^(n - 1)]`, then
 * dense; with `classes`, the projection on a vector for the label is added: see {@link withProjection}
 *
 * @param options - the sizes, the norm and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong
 * @remarks The paper has batch norm: `norm: batchNorm`. Here there is no norm by default, because a penalty on the gradient
 * of each example (WGAN-GP, R1) is meaningless if the examples of a batch depend on each other.
 * @example
 * ```ts
 * const network = dcganDiscriminator({ shape: [28, 28, 1], width: 8, norm: groupNorm, random: createRandom(1) });
 * network.apply(tf.zeros([2, 28, 28, 1])).shape; // [2, 1]
 * ```
 * @see https://arxiv.org/abs/1511.06434 Radford, Metz and Chintala 2015
 * @see https://arxiv.org/abs/1704.00028 Gulrajani et al. 2017, section 4, "no critic batch normalization"
 */
export function dcganDiscriminator(options: DcganDiscriminatorOptions): Network {
  const where = 'dcganDiscriminator';
  const read = readOptions(where, options, {
    shape: { is: checkSizes, exactly: 3 },
    width: { is: checkInteger, default: 64 },
    classes: { is: checkInteger, default: undefined },
    norm: { is: checkFunction, default: undefined },
    random: checkRandom,
  });
  const { shape, width, classes, norm, random } = read;
  const { count, smallest } = halvingsOf(where, shape);
  const normed = (inputs: number): Network => {
    const made = norm!({ inputs, activation: leakyRelu });
    checkNetwork(where, 'norm(...)', made);
    return made;
  };
  const convolutions = Array.from({ length: count }, (_, i) => {
    const [inputs, filters] = [i === 0 ? shape[2] : width * 2 ** (i - 1), width * 2 ** i];
    const layer = { inputs, filters, kernelSize: 4, strides: 2, random: random.fork(String(i)) };
    if (i === 0 || norm === undefined) return [() => conv2d({ ...layer, activation: leakyRelu })];
    return [() => conv2d(layer), () => normed(filters)];
  });
  const features = smallest[0] * smallest[1] * width * 2 ** (count - 1);
  const head = (): Network => dense({ inputs: features, units: 1, random: random.fork('head') });
  const conditionalHead = (size: number) => (): Network => {
    const labels = (): Network => embedding({ classes: size, size: features, random: random.fork('labels') });
    return withProjection(...makeAll([head, labels]));
  };
  const last = classes === undefined ? head : conditionalHead(classes);
  const network = chain(makeAll([...convolutions.flat(), () => flatten(), last]), (input) =>
    checkFloat(where, 'input', input, [null, ...shape]),
  );
  return madeBy(where, read, network);
}
