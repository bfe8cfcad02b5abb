import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import { wrongKind } from '../../tensor/errors.js';
import type { ApplyOptions, Conditions } from '../network.js';

/** All conditions of a model. */
export type AllConditions = Pick<ApplyOptions, 'condition' | 'conditions'>;

/** Conditions of a model that all mean "none". */
export function noConditions({ condition, conditions }: AllConditions): AllConditions {
  return {
    condition: condition && noCondition(condition),
    conditions: conditions && mapConditions(conditions, noCondition),
  };
}

/** Further conditions, each changed. */
export function mapConditions(conditions: Conditions, change: (one: Tensor, name: string) => Tensor): Conditions {
  return Object.fromEntries(Object.entries(conditions).map(([name, one]) => [name, change(one, name)]));
}

/** The condition that means "none": labels or tokens of -1, or numbers of zeros. */
export function noCondition(condition: Tensor): Tensor {
  return condition.dtype === 'int32' ? tf.fill(condition.shape, -1, 'int32') : tf.zerosLike(condition);
}

/** The condition of a batch; in training, it is dropped for a random share of the examples. Throws if there is none. */
export function dropSome(
  where: string,
  condition: Tensor | undefined,
  share: number,
  { training, random }: { readonly training: boolean; readonly random: RandomStream },
): Tensor {
  if (condition === undefined) {
    const fix = 'Give batches { x, condition }, or leave dropCondition out.';
    throw wrongKind(where, 'batch.condition', 'must be a tensor', { got: condition, fix });
  }
  return training ? keptOf(condition, tf.greaterEqual(random.uniform([condition.shape[0]]), share)) : condition;
}

/** The share of examples whose conditions are dropped: all of them together, or each on its own. */
export type DropCondition = number | Readonly<Record<string, number>>;

/** {@link dropSome} for all conditions: together, or, for shares by name, each on its own; `condition` is the name of the single one. */
export function dropEach(
  where: string,
  { condition, conditions }: AllConditions,
  share: DropCondition,
  options: { readonly training: boolean; readonly random: RandomStream },
): AllConditions {
  const { training, random } = options;
  if (typeof share === 'number' && Object.keys(conditions ?? {}).length === 0) {
    return { condition: dropSome(where, condition, share, options), conditions };
  }
  const given: Conditions = { ...conditions, ...(condition && { condition }) };
  const names = typeof share === 'number' ? [] : Object.keys(share);
  for (const name of names) {
    const fix = 'Give batches { x, condition, conditions }, or leave it out of dropCondition.';
    const argument = name === 'condition' ? 'batch.condition' : `batch.conditions.${name}`;
    if (given[name] === undefined) throw wrongKind(where, argument, 'must be a tensor', { got: given[name], fix });
  }
  if (!training) return { condition, conditions };
  const drawn = (batch: number, own: number): Tensor => tf.greaterEqual(random.uniform([batch]), own);
  const together = typeof share === 'number' ? drawn(Object.values(given)[0]!.shape[0], share) : undefined;
  const dropped = mapConditions(given, (one, name) => {
    if (together !== undefined) return keptOf(one, together);
    const own = (share as Readonly<Record<string, number>>)[name];
    return own === undefined ? one : keptOf(one, drawn(one.shape[0], own));
  });
  return {
    condition: condition && dropped['condition'],
    conditions: conditions && mapConditions(conditions, (_, name) => dropped[name]!),
  };
}

/** A condition, and none for the examples that are not kept. */
function keptOf(condition: Tensor, isKept: Tensor): Tensor {
  const own = tf.cast(isKept, condition.dtype);
  const kept =
    condition.rank > 1
      ? tf.reshape(
          own,
          condition.shape.map((_, axis) => (axis ? 1 : -1)),
        )
      : own;
  if (condition.dtype === 'float32') return tf.mul(condition, kept);
  // label + 1 is kept or multiplied by 0; the latter means the label -1, for none
  return tf.sub(tf.mul(kept, tf.add(condition, tf.scalar(1, 'int32'))), tf.scalar(1, 'int32'));
}
