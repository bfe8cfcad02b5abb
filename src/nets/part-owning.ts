import type { Network, Part } from './network.js';

/** What a part has of a network that it owns: its variables and buffers, and that disposing the one disposes the other. */
export function partOwning(network: Network): Required<Part> {
  return {
    variables: network.variables,
    buffers: network.buffers ?? [],
    notResumable: network.notResumable,
    dispose: () => network.dispose(),
  };
}
