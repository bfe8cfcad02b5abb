import { wrongKind } from '../tensor/errors.js';
import type { Network } from './network.js';

/** Throws unless `network` has the members of a {@link Network}; `argument` is its name in the error message. */
export function checkNetwork(where: string, argument: string, network: Network): void {
  const given = network as (Partial<Network> & { readonly trainableWeights?: unknown }) | null | undefined;
  const isLayersModel = given?.trainableWeights !== undefined;
  const hasMethods = typeof given?.apply === 'function' && typeof given.dispose === 'function';
  if (hasMethods && Array.isArray(given.variables) && !isLayersModel) return;
  const fix = isLayersModel
    ? "Wrap it: fromLayersModel(model) from 'tfjs-generative/layers'."
    : 'Make one with mlp, sequential or another network, and hand over what it returns.';
  throw wrongKind(where, argument, 'must be a network, with apply, variables and dispose', { got: network, fix });
}
