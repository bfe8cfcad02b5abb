import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkFloat, checkInteger } from '../../tensor/checks.js';
import { relu } from '../activations.js';
import { checkActivation, checkSizes, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { conv2d } from '../layers/conv2d.js';
import { dense } from '../layers/dense.js';
import { flatten } from '../layers/flatten.js';
import { chain } from './sequential.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link convEncoder} is made of. */
export interface ConvEncoderOptions {
  /** Shape of the input images. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Channels after each convolution; each halves height and width, rounded up. */
  readonly widths: readonly number[];
  /** Numbers per image in the output: 2 * latentSize for a Gaussian encoder. */
  readonly outputs: number;
  /** After every layer but the last; default {@link relu}. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: convolution i takes its fork `i`, counted from 0, the dense layer `dense`. */
  readonly random: RandomStream;
}

/**
 * A convolutional encoder: 4x4 convolutions with strides of 2, then one dense layer.
 *
 * `[batch, height, width, channels]` -> `[batch, ceil(height / 2), ceil(width / 2), widths[0]]` -> ... -> `[batch, outputs]`
 *
 * @param options - the image's shape, the widths, the outputs and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if a size is not a positive integer
 * @example
 * ```ts
 * const network = convEncoder({ shape: [28, 28, 1], widths: [32, 64], outputs: 40, random: createRandom(1) });
 * network.apply(tf.zeros([5, 28, 28, 1])).shape; // [5, 40]
 * ```
 * @see https://arxiv.org/abs/1511.06434 Radford, Metz and Chintala 2015, whose discriminator has this form
 */
export function convEncoder(options: ConvEncoderOptions): Network {
  const read = readOptions('convEncoder', options, {
    shape: { is: checkSizes, exactly: 3 },
    widths: checkSizes,
    outputs: checkInteger,
    activation: { is: checkActivation, default: relu },
    random: checkRandom,
  });
  const { shape, widths, outputs, activation, random } = read;
  const [height, width, channels] = shape;
  const shrink = 2 ** widths.length;
  const convolutions = widths.map(
    (filters, i) => () =>
      conv2d({
        inputs: widths[i - 1] ?? channels,
        filters,
        kernelSize: 4,
        strides: 2,
        activation,
        random: random.fork(String(i)),
      }),
  );
  const inputs = Math.ceil(height / shrink) * Math.ceil(width / shrink) * widths.at(-1)!;
  const made = chain(
    makeAll([...convolutions, flatten, () => dense({ inputs, units: outputs, random: random.fork('dense') })]),
    (input) => checkFloat('convEncoder', 'input', input, [null, ...shape]),
  );
  return madeBy('convEncoder', read, made);
}
