import type { Tensor } from '@tensorflow/tfjs-core';
import { checkAlive } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { ApplyOptions, Network, Part } from './network.js';

/** The members that a part takes from the network it owns; disposing the part disposes the network. */
export function partOwning(network: Network): Required<Part> {
  return {
    variables: network.variables,
    buffers: network.buffers ?? [],
    classes: network.classes,
    notResumable: network.notResumable,
    dispose: () => network.dispose(),
  };
}

/** The output of a part's network, on behalf of its method `where`; throws where the network was disposed or ignores a condition. */
export function applyPart(where: string, network: Network, input: Tensor, options: ApplyOptions | undefined): Tensor {
  checkAlive(where, 'network', network.variables);
  if (options?.condition !== undefined && network.classes === 0) {
    const fix = 'Make the network conditional, with its option `classes` or withCondition.';
    const rule = 'must be left out, as the network ignores it';
    throw wrongKind({ where, argument: 'options.condition', rule, got: options.condition, fix });
  }
  return network.apply(input, options);
}
