import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import { checkNetwork } from '../check-network.js';
import { checkArray, joinNetworks } from '../layer.js';
import { originsOf } from '../layers/initial-weights.js';
import type { Network } from '../network.js';
import { madeBy } from '../../tensor/made-by.js';

/**
 * A chain of networks, each applied to the output of the one before it.
 *
 * output = last(... second(first(input))); each gets the same options
 *
 * @param networks - at least one; their variables and buffers are listed in this order
 * @returns a network that owns the given ones: its `dispose()` disposes them
 * @throws RangeError if there is none, or if two have weights of the same shape from the same stream, which start equal and may
 *   stay so; TypeError if an argument is not a network
 * @example
 * ```ts
 * const random = createRandom(1);
 * const network = sequential([flatten(), dense({ inputs: 4, units: 3, random })]);
 * network.apply(tf.zeros([5, 2, 2])).shape; // [5, 3]
 * ```
 * @see https://keras.io/guides/sequential_model/
 */
export function sequential(networks: readonly Network[]): Network {
  return chain(networks, () => undefined);
}

/** {@link sequential} that checks its input as a whole; an error names the function that made it, by its note. */
export function chain(networks: readonly Network[], check: (input: Tensor) => void): Network {
  const where = 'sequential';
  checkArray(where, 'networks', networks);
  if (networks.length === 0) {
    throw outOfRange(where, 'networks', 'must hold at least one network', { seen: 'none' });
  }
  const layers: readonly Network[] = [...networks];
  const begun = new Map<string, Set<Network>>();
  layers.forEach((layer, i) => {
    checkNetwork(where, `networks[${i}]`, layer);
    checkBegins(layers, i, begun);
  });
  const made = joinNetworks(layers, (input, options) => {
    check(input);
    return layers.reduce((x, layer, i) => {
      const apply = (): Tensor => layer.apply(x, options);
      return i === 0 ? apply() : renameErrors(where, { [`output of networks[${i - 1}]`]: x }, apply);
    }, input);
  });
  return madeBy(where, {}, made);
}

/** Throws if a layer's weights start equal to those of an earlier layer; a layer that occurs twice shares its weights. */
function checkBegins(layers: readonly Network[], place: number, begun: Map<string, Set<Network>>): void {
  const layer = layers[place]!;
  const held = new Set(layer.variables);
  for (const origin of originsOf(layer.variables)) {
    const others = begun.get(origin) ?? new Set();
    const earlier = [...others].find(({ variables }) => !variables.some((variable) => held.has(variable)));
    if (earlier !== undefined) {
      throw outOfRange('sequential', `networks[${place}]`, 'must begin with weights of its own', {
        seen: `those of networks[${layers.indexOf(earlier)}], drawn from the same stream`,
        fix: `Give each a fork: random.fork('${place}').`,
      });
    }
    begun.set(origin, others.add(layer));
  }
}
