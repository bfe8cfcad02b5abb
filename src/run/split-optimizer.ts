import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkInUse } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { jsonFields, type Json } from '../training/json.js';
import { checkEachOnce, checkSameVariables, checkVariables } from '../training/optimizers/check-variables.js';
import { flawOf, guarded, type GuardedOptimizer } from '../training/optimizers/guard.js';
import type { Optimizer } from '../training/optimizers/optimizer.js';
import { checkOptimizer, readOptimizer } from '../training/optimizers/read-optimizer.js';
import { wrapOptimizer } from '../training/optimizers/wrap-optimizer.js';

/** A part with an optimizer of its own, for {@link splitOptimizer}. */
export interface OwnOptimizer {
  /** A part of the model, such as the body of a network. */
  readonly part: {
    /** What this optimizer moves. */
    readonly variables: readonly Variable[];
  };
  /** Moves its variables. */
  readonly optimizer: Optimizer | tf.Optimizer;
}

/** The variables that one optimizer moves, by their indices in the whole list. */
interface Group {
  readonly optimizer: GuardedOptimizer;
  readonly members: readonly number[];
}

/**
 * Gives some parts an optimizer of their own, such as one with a lower learning rate for a body that is trained already.
 *
 * @param optimizer - moves all other variables; one of ours, or a `tf.Optimizer`
 * @param own - the parts with their optimizers; a variable in several parts belongs to the first. Disposing the result disposes all optimizers
 * @returns an optimizer for one list of variables, to be disposed by the caller. Its learning rate is that of `optimizer`
 * @throws TypeError if an argument is of the wrong kind; at the first update, RangeError if an optimizer has no variable to move
 * @remarks An update with a gradient that is not finite is skipped as a whole. `clipNorm` of a trainer clips all gradients together.
 * @example
 * ```ts
 * const body = dense({ inputs: 4, units: 3, random: createRandom(1) });
 * const optimizer = splitOptimizer(createAdam({ learningRate: 1e-3 }), [
 *   { part: body, optimizer: createAdam({ learningRate: 1e-4 }) },
 * ]);
 * ```
 * @see Howard and Ruder 2018, Universal Language Model Fine-tuning, section 3.2, https://arxiv.org/abs/1801.06146
 */
export function splitOptimizer(optimizer: Optimizer | tf.Optimizer, own: readonly OwnOptimizer[]): Optimizer {
  const where = 'splitOptimizer';
  const all = readAll(where, optimizer, own);
  const [rest] = all as [Optimizer];
  let made: { readonly variables: readonly Variable[]; readonly groups: readonly Group[] } | undefined;
  let isDisposed = false;

  const prepare = (variables: readonly Variable[]): readonly Group[] => {
    checkInUse(where, 'optimizer', isDisposed);
    checkVariables(where, variables);
    if (made === undefined) checkEachOnce(where, variables);
    else checkSameVariables(where, 'call', made.variables, variables);
    return (made ??= { variables: [...variables], groups: groupsOf(where, variables, all, own) }).groups;
  };
  const states = () => (made?.groups.map(({ optimizer }) => optimizer) ?? all).map((one) => one.state());

  return wrapOptimizer(rest, {
    prepare: (variables: readonly Variable[]) => void prepare(variables),
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      const groups = prepare(variables);
      tf.tidy(() => {
        // 0, or NaN for all if one gradient is not finite
        const flaw = flawOf(gradients) ?? tf.scalar(0);
        for (const { optimizer, members } of groups) {
          const [first, ...others] = members.map((i) => gradients[i]!);
          optimizer.apply(
            [tf.add(first!, flaw), ...others],
            members.map((i) => variables[i]!),
          );
        }
      });
    },
    state: () => ({
      tensors: states().flatMap(({ tensors }) => tensors),
      plain: { optimizer: where, parts: states().map(({ plain }) => plain) },
      notResumable: states().find(({ notResumable }) => notResumable !== undefined)?.notResumable,
    }),
    restore: (plain: Json) => {
      const { optimizer: name, parts } = jsonFields(plain) ?? {};
      if (name !== where || !Array.isArray(parts) || parts.length !== all.length) {
        throw wrongKind(`${where}.restore`, 'plain', `must be the state of ${all.length} optimizers`, { got: plain });
      }
      all.forEach((one, i) => one.restore(parts[i] as Json));
    },
    dispose: () => {
      for (const one of made?.groups.map(({ optimizer }) => optimizer) ?? all) one.dispose();
      isDisposed = true;
    },
    observe: (gradients: readonly Tensor[]) => {
      for (const { optimizer, members } of made?.groups ?? []) optimizer.observe?.(members.map((i) => gradients[i]!));
    },
    observers: all.flatMap(({ observers = [] }) => observers),
    get skipped() {
      return made?.groups[0]!.optimizer.skipped;
    },
    get settings() {
      return { name: where, parts: all.map(({ settings }) => settings ?? {}) };
    },
    mayGrowLarge: all.some(({ mayGrowLarge, skipped }) => mayGrowLarge === true || skipped === undefined),
  });
}

/** All optimizers, that of the rest first. */
function readAll(where: string, optimizer: Optimizer | tf.Optimizer, own: readonly OwnOptimizer[]): Optimizer[] {
  const rest = readOptimizer(where, 'optimizer', optimizer);
  const isList = Array.isArray as (value: unknown) => value is unknown[];
  if (!isList(own)) throw wrongKind(where, 'own', 'must be an array of { part, optimizer }', { got: own });
  for (const [i, one] of own.entries()) {
    const { part, optimizer: given } = one ?? ({} as Partial<OwnOptimizer>);
    checkVariables(where, part?.variables, `own[${i}].part.variables`);
    checkOptimizer(where, `own[${i}].optimizer`, given);
  }
  return [rest, ...own.map((one) => readOptimizer(where, 'optimizer', one.optimizer))];
}

/** Prepares each optimizer for its variables; throws before that if one has none. */
function groupsOf(
  where: string,
  variables: readonly Variable[],
  all: readonly Optimizer[],
  own: readonly OwnOptimizer[],
): Group[] {
  // place 0 is that of the rest
  const places = variables.map((variable) => own.findIndex(({ part }) => part.variables.includes(variable)) + 1);
  const lists = all.map((_, k) => [...places.keys()].filter((i) => places[i] === k));
  const empty = lists.findIndex((members) => members.length === 0);
  if (empty >= 0) {
    const argument = empty === 0 ? 'optimizer' : `own[${empty - 1}].optimizer`;
    throw outOfRange(where, argument, 'must have a variable to move', { seen: 'none that is trained' });
  }
  const optimizers = guarded(where, ...all.map((one, k) => [one, lists[k]!.map((i) => variables[i]!)] as const));
  return optimizers.map((optimizer, k) => ({ optimizer, members: lists[k]! }));
}
