import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import { checkAlive, checkBoolean, checkResult, checkTensor } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { note } from '../tensor/made-by.js';
import type { ApplyOptions, Network, Part } from './network.js';
import { classesOf } from './classes-of.js';
import { checkConditionTensor } from './conditions/conditioning.js';
import { readOptions, type Rules } from '../tensor/options.js';

/** Makes the frozen record of a part that owns a network, with members of its own; disposing the part disposes the network. */
export function createPart<Members extends object>(
  network: Network,
  members: Members,
): Readonly<Members & Required<Part>> {
  const { variables, buffers = [], notResumable } = network;
  const part = { variables, buffers, notResumable, dispose: () => network.dispose(), ...members };
  return Object.freeze(note(part, { parts: [network], classes: classesOf(network) }));
}

const tensor = { is: checkTensor, default: undefined } as const;

const applyRules = {
  training: { is: checkBoolean, default: undefined },
  random: { is: checkRandom, default: undefined },
  condition: { is: checkConditionTensor, default: undefined },
  timesteps: tensor,
  latents: tensor,
} satisfies Rules<ApplyOptions>;

/** Throws unless options for a network are absent or follow their rules. */
export function checkApplyOptions(where: string, options: ApplyOptions | undefined): void {
  if (options !== undefined) readOptions(where, options, applyRules);
}

/** The output of a part's network, for its method `where`; throws if the network was disposed or ignores a condition. */
export function applyPart(where: string, network: Network, input: Tensor, options: ApplyOptions | undefined): Tensor {
  checkAlive(where, 'network', network.variables);
  checkApplyOptions(where, options);
  if (options?.condition !== undefined && classesOf(network) === 0) {
    const fix = 'Make the network conditional, with its option `classes` or withCondition.';
    const rule = 'must be left out, as the network ignores it';
    throw wrongKind(where, 'options.condition', rule, { got: options.condition, fix });
  }
  const output = network.apply(input, options);
  checkResult(where, 'network output', output);
  return output;
}
