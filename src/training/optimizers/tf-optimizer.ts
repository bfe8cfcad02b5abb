import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkInUse } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { free, isLost } from '../../tensor/lost-backend.js';
import { checkEachOnce, checkSameVariables } from './check-variables.js';
import { jsonFields, type Json } from '../json.js';
import { keepValues } from './keep-values.js';
import type { Optimizer } from './optimizer.js';

// tfjs recomputes the powers of Adam's betas when its state is loaded, and cannot save Adamax's at all.
const CANNOT_RESUME = ['Adam', 'Adamax'];

/** Where a tfjs optimizer stores the variables that its moments belong to; shared by all entries. */
const OWNED: unique symbol = Symbol.for('tfjs-generative: variables of this optimizer') as never;

/** Wraps a `tf.Optimizer` as an {@link Optimizer}. Its moments are found among its fields, because tfjs has no method for that. */
export function fromTfOptimizer(optimizer: tf.Optimizer): Optimizer {
  const marked = optimizer as tf.Optimizer & { [OWNED]?: readonly Variable[] | undefined };
  const name = optimizer.getClassName();
  return Object.freeze({
    prepare: (variables: readonly Variable[]) => {
      const owned = marked[OWNED];
      if (owned === undefined) {
        makeMoments(optimizer, variables);
        marked[OWNED] = [...variables];
      } else {
        checkSameVariables('optimizer', 'trainer', owned, variables);
      }
    },
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      checkInUse('step', 'optimizer', isDisposed(optimizer));
      optimizer.applyGradients(named(gradients, variables));
    },
    state: () => ({
      tensors: momentsOf(optimizer),
      plain: { optimizer: name },
      notResumable: CANNOT_RESUME.includes(name) ? `tf.train's ${name} optimizer` : undefined,
    }),
    restore: (plain: Json) => {
      if (jsonFields(plain)?.['optimizer'] === name) return;
      const rule = `must be the state of a tfjs ${name} optimizer`;
      throw wrongKind('optimizer.restore', 'plain', rule, { got: plain });
    },
    dispose: () => {
      if (!momentsOf(optimizer).some(isLost)) optimizer.dispose();
      // tfjs's momentum optimizer does not dispose its own learning rate
      free(Object.values(optimizer).filter((field) => field instanceof tf.Tensor));
      marked[OWNED] = undefined;
    },
    // read at each save, because a user may have set another learning rate
    get settings() {
      return { name, ...optimizer.getConfig() };
    },
  });
}

/** Whether a tfjs optimizer, which owns its learning rate or its moments as tensors, was disposed. */
export function isDisposed(optimizer: tf.Optimizer): boolean {
  return [...(Object.values(optimizer) as unknown[]), ...momentsOf(optimizer)].some(
    (field) => field instanceof tf.Tensor && field.isDisposed,
  );
}

function named(gradients: readonly Tensor[], variables: readonly Variable[]): { name: string; tensor: Tensor }[] {
  checkEachOnce('optimizer', variables);
  return gradients.map((tensor, i) => ({ name: variables[i]!.name, tensor }));
}

/**
 * tfjs makes its moments at the first update, which is too late to restore or guard them. An update with zero gradients makes
 * them; its other effects, such as on Adam's powers or on a variable that old momentum still moves, are undone.
 */
function makeMoments(optimizer: tf.Optimizer, variables: readonly Variable[]): void {
  tf.tidy(() => {
    const existing = [...variables, ...momentsOf(optimizer)];
    const putBack = keepValues(existing);
    optimizer.applyGradients(
      named(
        variables.map((variable) => tf.zerosLike(variable)),
        variables,
      ),
    );
    putBack();
    // tfjs's centered RMSProp takes the root of -epsilon where the gradient is 0
    for (const moment of momentsOf(optimizer).filter((variable) => !existing.includes(variable))) {
      moment.assign(tf.where(tf.isFinite(moment), moment, tf.zerosLike(moment)));
    }
  });
}

/** The variables among the fields of a tfjs optimizer: `accBeta1`, or arrays of `{ originalName, variable }`. */
function momentsOf(optimizer: tf.Optimizer): Variable[] {
  const fields: readonly unknown[] = Object.values(optimizer);
  const entries: readonly unknown[] = fields.flat();
  return entries.flatMap((entry) => {
    if (entry instanceof tf.Variable) return [entry as Variable];
    const { variable } = (entry ?? {}) as { variable?: unknown };
    return variable instanceof tf.Variable ? [variable as Variable] : [];
  });
}
