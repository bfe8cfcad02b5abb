import type { Tensor } from '@tensorflow/tfjs-core';
import { checkRandom } from '../random/check-random.js';
import { checkBoolean, checkObject, checkTensor, isTensor } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions, type Rules } from '../tensor/options.js';
import { renameErrors } from '../tensor/rename-errors.js';
import type { ApplyOptions, Conditions } from './network.js';

const tensor = { is: checkTensor, default: undefined } as const;

const applyRules = {
  training: { is: checkBoolean, default: undefined },
  random: { is: checkRandom, default: undefined },
  condition: { is: checkConditionTensor, default: undefined },
  conditions: { is: checkConditions, default: undefined },
  timesteps: tensor,
  stepSize: tensor,
  latents: tensor,
} satisfies Rules<ApplyOptions>;

/** Throws unless these are options of a network, or absent. Every layer calls it, so it is quick where all is well. */
export function checkApplyOptions(where: string, options: ApplyOptions | undefined): void {
  if (options === undefined) return;
  const rules: Readonly<Record<string, { is(where: string, argument: string, value: unknown): void } | undefined>> =
    applyRules;
  for (const [name, value] of Object.entries(options instanceof Object ? options : { options })) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    if (rule === undefined) readOptions(where, options, applyRules);
    else if (value !== undefined) rule.is(where, name, value);
  }
}

/** Throws unless `value` can be a condition: a tensor. */
export function checkConditionTensor(where: string, argument: string, value: unknown): void {
  if (!isTensor(value)) throw wrongKind(where, argument, 'must be a tensor', { got: value, fix: conditionFix(value) });
}

/** Throws unless `value` is a record of conditions. */
export function checkConditions(where: string, argument: string, value: Conditions): void {
  if (isTensor(value)) {
    throw wrongKind(where, argument, 'must be a record', { got: value, fix: 'Write { name: tensor }.' });
  }
  checkObject(where, argument, value);
  for (const [name, one] of Object.entries(value)) checkConditionTensor(where, `${argument}.${name}`, one);
}

/** The remedy for labels that are no tensor. */
export const conditionFix = (value: unknown): string | undefined =>
  Array.isArray(value) ? "Write tf.tensor1d(labels, 'int32')." : undefined;

/** Runs the work of `where` on an input, which it calls `argument`, with options; see {@link renameErrors}. */
export function callNetwork<T>(
  where: string,
  argument: string,
  input: Tensor,
  { condition, timesteps, stepSize, latents }: ApplyOptions,
  work: () => T,
): T {
  const given = {
    [argument]: input,
    'options.condition': condition,
    'options.timesteps': timesteps,
    'options.stepSize': stepSize,
    'options.latents': latents,
    'options.random': undefined,
    'activation(...)': undefined,
  };
  return renameErrors(where, given, work);
}
