import { checkFunction } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { Network } from './network.js';

/** Throws unless `network` has the members of a {@link Network}; `argument` is its name in the error message. */
export function checkNetwork(where: string, network: Network, argument = 'network'): void {
  const candidate = network as (Partial<Network> & { readonly trainableWeights?: unknown }) | null | undefined;
  if (candidate?.trainableWeights !== undefined) {
    const fix = "Wrap it: fromLayersModel(model) from 'tfjs-generative/layers'.";
    throw wrongKind(where, argument, 'must be a network', { seen: 'a layers model of tfjs', fix });
  }
  if (candidate === null || typeof candidate !== 'object') {
    const fix = 'Make one with mlp, sequential or another network, and hand over what it returns.';
    throw wrongKind(where, argument, 'must be a network', { got: network, fix });
  }
  checkFunction(where, `${argument}.apply`, candidate.apply);
  checkFunction(where, `${argument}.dispose`, candidate.dispose);
  if (!Array.isArray(candidate.variables)) {
    throw wrongKind(where, `${argument}.variables`, 'must be an array of variables', {
      got: candidate.variables,
      fix: 'Give an empty array if there are none.',
    });
  }
}
