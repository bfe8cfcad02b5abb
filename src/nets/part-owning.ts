import type { Network, Part } from './network.js';

/** The members that a part takes from the network it owns; disposing the part disposes the network. */
export function partOwning(network: Network): Required<Part> {
  return {
    variables: network.variables,
    buffers: network.buffers ?? [],
    notResumable: network.notResumable,
    dispose: () => network.dispose(),
  };
}
