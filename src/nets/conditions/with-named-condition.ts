import type { Tensor } from '@tensorflow/tfjs-core';
import { madeBy, note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { checkNetwork } from '../check-network.js';
import { joinNetworks } from '../layer.js';
import type { ApplyOptions, Network } from '../network.js';
import { checkName, labelsOf } from './conditioning.js';

/**
 * Gives a network one of several conditions as its own: its `options.condition` is then `options.conditions[name]`. Without the condition,
 * it gets none.
 *
 * @param network - any network that reads a condition
 * @param options - `name`: a key of `options.conditions`
 * @returns a network that owns the given one
 * @throws TypeError if an argument is wrong
 * @example
 * ```ts
 * const random = createRandom(1);
 * const kinds = embedding({ classes: 9, size: 4, random: random.fork('kinds') });
 * const styles = withNamedCondition(embedding({ classes: 3, size: 4, random: random.fork('styles') }), { name: 'style' });
 * const head = withCondition(dense({ inputs: 2 + 4, units: 2, random: random.fork('head') }), kinds);
 * const tail = withCondition(dense({ inputs: 2 + 4, units: 1, random }), styles);
 * const network = sequential([head, withNamedCondition(tail, { name: 'style' })]);
 * const condition = tf.tensor1d([8], 'int32');
 * network.apply(tf.zeros([1, 2]), { condition, conditions: { style: tf.tensor1d([2], 'int32') } }).shape; // [1, 1]
 * ```
 */
export function withNamedCondition(
  network: Network,
  options: {
    /** A key of `options.conditions`. */
    readonly name: string;
  },
): Network {
  const where = 'withNamedCondition';
  checkNetwork(where, 'network', network);
  const read = readOptions(where, options, { name: checkName });
  const { name } = read;
  const apply = (input: Tensor, given: ApplyOptions): Tensor =>
    network.apply(input, { ...given, condition: given.conditions?.[name] });
  return madeBy(where, read, note(joinNetworks([network], apply, [0]), { reads: { [name]: labelsOf(network) } }));
}
