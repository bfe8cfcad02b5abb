import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger } from '../../tensor/checks.js';
import { relu } from '../activations.js';
import { checkActivation, checkSizes, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { conv2dTranspose } from '../layers/conv2d-transpose.js';
import { dense } from '../layers/dense.js';
import { reshape } from '../layers/reshape.js';
import { sequential } from './sequential.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link convDecoder} is made of. */
export interface ConvDecoderOptions {
  /** Numbers per example of the input, such as the latent size. */
  readonly inputs: number;
  /** Shape of the output images; for a VAE's decoder, the channels are those of the data times `likelihood.parameterSize`. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Channels before each transposed convolution, from the smallest map to the largest; each doubles height and width. */
  readonly widths: readonly number[];
  /** After every layer but the last; default {@link relu}. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: the dense layer takes its fork `dense`, convolution i `i`, counted from 0. */
  readonly random: RandomStream;
}

/**
 * A convolutional decoder: one dense layer, then 4x4 transposed convolutions with strides of 2 up to exactly `shape`.
 *
 * `[batch, inputs]` -> `[batch, ceil(height / 2^n), ceil(width / 2^n), widths[0]]` -> ... -> `[batch, height, width, channels]`
 * with n = widths.length; the sizes are those of {@link convEncoder} with the widths reversed: 4, 7, 14 and 28
 *
 * @param options - the sizes, the widths and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a size is not a positive integer
 * @example
 * ```ts
 * const random = createRandom(1);
 * const shape = [28, 28, 1 * bernoulli.parameterSize] as const;
 * const network = convDecoder({ inputs: 20, shape, widths: [64, 32], random });
 * network.apply(tf.zeros([5, 20])).shape; // [5, 28, 28, 1]
 * ```
 * @see https://arxiv.org/abs/1511.06434 Radford, Metz and Chintala 2015, whose generator has this form
 */
export function convDecoder(options: ConvDecoderOptions): Network {
  const read = readOptions('convDecoder', options, {
    inputs: checkInteger,
    shape: { is: checkSizes, exactly: 3 },
    widths: checkSizes,
    activation: { is: checkActivation, default: relu },
    random: checkRandom,
  });
  const { inputs, shape, widths, activation, random } = read;
  const [height, width, channels] = shape;
  const sizeAfter = (i: number): [number, number] => {
    const shrink = 2 ** (widths.length - i);
    return [Math.ceil(height / shrink), Math.ceil(width / shrink)];
  };
  const smallest = [...sizeAfter(0), widths[0]!];
  const units = smallest.reduce((product, size) => product * size, 1);
  const convolutions = widths.map(
    (filters, i) => () =>
      conv2dTranspose({
        inputs: filters,
        filters: widths[i + 1] ?? channels,
        kernelSize: 4,
        strides: 2,
        outputSize: sizeAfter(i + 1),
        activation: i + 1 < widths.length ? activation : undefined,
        random: random.fork(String(i)),
      }),
  );
  const made = sequential(
    makeAll([
      () => dense({ inputs, units, activation, random: random.fork('dense') }),
      () => reshape({ shape: smallest }),
      ...convolutions,
    ]),
  );
  return madeBy('convDecoder', read, made);
}
