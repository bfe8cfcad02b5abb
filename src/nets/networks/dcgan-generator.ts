import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkInteger } from '../../tensor/checks.js';
import { relu, sigmoid } from '../activations.js';
import { checkSizes, makeAll } from '../layer.js';
import type { Network } from '../network.js';
import { withCondition } from '../conditions/with-condition.js';
import { batchNorm } from '../layers/batch-norm.js';
import { conv2dTranspose } from '../layers/conv2d-transpose.js';
import { dense } from '../layers/dense.js';
import { embedding } from '../layers/embedding.js';
import { reshape } from '../layers/reshape.js';
import { halvingsOf } from './dcgan-shapes.js';
import { sequential } from './sequential.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link dcganGenerator} is made of. */
export interface DcganGeneratorOptions {
  /** Numbers in the latent vector. */
  readonly latentSize: number;
  /** Shape of the output images; halving height and width must end at 4 to 8, as it does for 28, 32 and 64. */
  readonly shape: readonly [height: number, width: number, channels: number];
  /** Channels before the last convolution, doubled before each earlier one; default 64. */
  readonly width?: number | undefined;
  /** Number of class labels for `options.condition`; unconditional by default. */
  readonly classes?: number | undefined;
  /** Where the initial weights come from: its forks `dense`, `labels`, and `i` for convolution i, counted from 0. */
  readonly random: RandomStream;
}

/** Numbers in the vector for a class label that is concatenated to the latent vector. */
const LABEL_SIZE = 16;

/**
 * The generator of DCGAN, from latent vectors `[batch, latentSize]` to images `[batch, height, width, channels]` in [0, 1].
 *
 * dense -> `[height / 2^n, width / 2^n, width * 2^(n - 1)]`, then n 4x4 transposed convolutions with strides of 2; each but the
 * last halves the channels. {@link batchNorm} and relu follow each layer except the last, which has a sigmoid. 28x28
 * starts from 7x7 (n = 2), 32x32 from 4x4 (n = 3), 64x64 from 4x4 (n = 4)
 *
 * @param options - the sizes and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if an option is wrong
 * @remarks In the paper, images are in [-1, 1], from a tanh, and initial weights are N(0, 0.02^2). Here initial weights are
 * those of the layers. Batch norm needs `{ training: true }` in training, which trainers pass.
 * @example
 * ```ts
 * const network = dcganGenerator({ latentSize: 64, shape: [28, 28, 1], width: 8, random: createRandom(1) });
 * network.apply(tf.zeros([2, 64])).shape; // [2, 28, 28, 1]
 * ```
 * @see https://arxiv.org/abs/1511.06434 Radford, Metz and Chintala 2015
 */
export function dcganGenerator(options: DcganGeneratorOptions): Network {
  const where = 'dcganGenerator';
  const read = readOptions(where, options, {
    latentSize: checkInteger,
    shape: { is: checkSizes, exactly: 3 },
    width: { is: checkInteger, default: 64 },
    classes: { is: checkInteger, default: undefined },
    random: checkRandom,
  });
  const { latentSize, shape, width, classes, random } = read;
  const { count, smallest } = halvingsOf(where, shape);
  const widths = Array.from({ length: count }, (_, i) => width * 2 ** (count - 1 - i));
  const inputs = classes === undefined ? latentSize : latentSize + LABEL_SIZE;
  const units = smallest[0] * smallest[1] * widths[0]!;
  const convolutions = widths.flatMap((from, i) => {
    const [filters, last] = [widths[i + 1] ?? shape[2], i === count - 1];
    const layer = { inputs: from, filters, kernelSize: 4, strides: 2, random: random.fork(String(i)) };
    if (last) return [() => conv2dTranspose({ ...layer, activation: sigmoid })];
    return [() => conv2dTranspose(layer), () => batchNorm({ inputs: filters, activation: relu })];
  });
  const body = (): Network =>
    sequential(
      makeAll([
        () => dense({ inputs, units, random: random.fork('dense') }),
        () => reshape({ shape: [...smallest, widths[0]!] }),
        () => batchNorm({ inputs: widths[0]!, activation: relu }),
        ...convolutions,
      ]),
    );
  if (classes === undefined) return madeBy('dcganGenerator', read, body());
  const labels = (): Network => embedding({ classes, size: LABEL_SIZE, random: random.fork('labels') });
  return madeBy('dcganGenerator', read, withCondition(...makeAll([body, labels])));
}
