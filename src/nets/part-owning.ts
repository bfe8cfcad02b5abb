import type { Tensor } from '@tensorflow/tfjs-core';
import { checkAlive, checkResult } from '../tensor/checks.js';
import { note } from '../tensor/made-by.js';
import type { ApplyOptions, Network, Part } from './network.js';
import { callNetwork, checkApplyOptions } from './apply-options.js';
import { classesOf } from './classes-of.js';

/** Makes the frozen record of a part that owns a network, with members of its own; disposing the part disposes the network. */
export function createPart<Members extends object>(
  network: Network,
  members: Members,
): Readonly<Members & Required<Part>> {
  const { variables, buffers = [], notResumable } = network;
  const part = { variables, buffers, notResumable, dispose: () => network.dispose(), ...members };
  return Object.freeze(note(part, { parts: [network], classes: classesOf(network) }));
}

/**
 * The output of a part's network for the part's method `where`, which calls the network's input `argument`; throws if the network was
 * disposed.
 */
export function applyPart(
  where: string,
  network: Network,
  input: Tensor,
  options: ApplyOptions | undefined,
  argument = 'x',
): Tensor {
  checkAlive(where, 'network', network.variables);
  checkApplyOptions(where, options ?? {});
  const output = callNetwork(where, argument, input, options ?? {}, () => network.apply(input, options));
  checkResult(where, 'network output', output);
  return output;
}
