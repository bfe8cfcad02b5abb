import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { relu } from '../activations.js';
import { checkActivation, checkSizes, makeAll } from '../layer.js';
import type { Activation, Network } from '../network.js';
import { dense } from '../layers/dense.js';
import { sequential } from './sequential.js';
import { readOptions } from '../../tensor/options.js';
import { madeBy } from '../../tensor/made-by.js';

/** What {@link mlp} is made of. */
export interface MlpOptions {
  /** Numbers per example: of the input, each hidden layer and the output. */
  readonly sizes: readonly number[];
  /** After every layer but the last; default {@link relu}. */
  readonly activation?: Activation | undefined;
  /** Where the initial weights come from: layer i takes its fork `i`, counted from 0. */
  readonly random: RandomStream;
}

/**
 * A multilayer perceptron: dense layers with an activation after each except the last.
 *
 * `[batch, ..., sizes[0]]` -> `[batch, ..., sizes[1]]` -> ... -> `[batch, ..., sizes[last]]`
 *
 * @param options - the sizes, the activation and the source of the initial weights
 * @returns a network; the caller disposes it
 * @throws RangeError or TypeError if there are fewer than two sizes or a size is not a positive integer
 * @example
 * ```ts
 * const network = mlp({ sizes: [784, 512, 40], random: createRandom(1) });
 * network.apply(tf.zeros([5, 784])).shape; // [5, 40]
 * ```
 * @see https://www.deeplearningbook.org/contents/mlp.html Goodfellow, Bengio and Courville 2016, chapter 6
 */
export function mlp(options: MlpOptions): Network {
  const read = readOptions('mlp', options, {
    sizes: { is: checkSizes, least: 2 },
    activation: { is: checkActivation, default: relu },
    random: checkRandom,
  });
  const { sizes, activation, random } = read;
  const last = sizes.length - 2;
  const layers = sizes.slice(1).map(
    (units, i) => () =>
      dense({
        inputs: sizes[i]!,
        units,
        activation: i === last ? undefined : activation,
        random: random.fork(String(i)),
      }),
  );
  return madeBy('mlp', read, sequential(makeAll(layers)));
}
