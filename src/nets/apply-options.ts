import type { Tensor } from '@tensorflow/tfjs-core';
import { wrongKind } from '../tensor/errors.js';
import { optional, readOptions, type Rules } from '../tensor/options.js';
import { toldBy } from '../tensor/retold.js';
import type { ApplyOptions } from './network.js';

const applyRules = {
  training: { is: checkFlag, default: undefined },
  random: optional,
  condition: optional,
  timesteps: optional,
  latents: optional,
} satisfies Rules<ApplyOptions>;

function checkFlag(where: string, argument: string, value: unknown): void {
  if (typeof value !== 'boolean') throw wrongKind(where, argument, 'must be true or false', { got: value });
}

/** Throws unless these are options of a network; every layer calls it, so it is quick where there is nothing to say. */
export function checkApplyOptions(where: string, options: ApplyOptions): void {
  const isRight =
    options !== null &&
    typeof options === 'object' &&
    typeof (options.training ?? false) === 'boolean' &&
    Object.keys(options).every((name) => Object.hasOwn(applyRules, name));
  if (!isRight) readOptions(where, options, applyRules);
}

/** Runs the work of `where` on an input, which it calls `argument`, with options; see {@link toldBy}. */
export function applying<T>(
  where: string,
  argument: string,
  input: Tensor,
  { condition, timesteps, latents }: ApplyOptions,
  work: () => T,
): T {
  const given = {
    [argument]: input,
    'options.condition': condition,
    'options.timesteps': timesteps,
    'options.latents': latents,
    'options.random': undefined,
    'activation(...)': undefined,
  };
  return toldBy(where, given, work);
}
