import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { wrongKind } from '../tensor/errors.js';
import { jsonFields, type Json } from './json.js';
import type { Optimizer } from './optimizer.js';

// tfjs recomputes the powers of Adam's betas when its state is loaded, and cannot save Adamax's at all.
const CANNOT_RESUME = ['Adam', 'Adamax'];

/** Reads a `tf.Optimizer` as an {@link Optimizer}. Its moments are found among its fields: tfjs has no call for that. */
export function fromTfOptimizer(optimizer: tf.Optimizer): Optimizer {
  let prepared = false;
  const name = optimizer.getClassName();
  return Object.freeze({
    prepare: (variables: readonly Variable[]) => {
      if (!prepared) makeMoments(optimizer, variables);
      prepared = true;
    },
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) =>
      optimizer.applyGradients(named(gradients, variables)),
    state: () => ({
      tensors: momentsOf(optimizer),
      plain: { optimizer: name },
      notResumable: CANNOT_RESUME.includes(name) ? `tf.train's ${name} optimizer` : undefined,
    }),
    restore: (plain: Json) => {
      if (jsonFields(plain)?.['optimizer'] === name) return;
      const rule = `must be the state of a tfjs ${name} optimizer`;
      throw wrongKind({ where: 'optimizer.restore', argument: 'plain', rule, got: plain });
    },
    dispose: () => optimizer.dispose(),
  });
}

function named(gradients: readonly Tensor[], variables: readonly Variable[]): { name: string; tensor: Tensor }[] {
  return gradients.map((tensor, i) => ({ name: variables[i]!.name, tensor }));
}

/**
 * tfjs makes its moments at the first update, too late to be restored or guarded. An update with zero gradients makes
 * them and moves no variable; what it does change, Adam's powers, is put back.
 */
function makeMoments(optimizer: tf.Optimizer, variables: readonly Variable[]): void {
  tf.tidy(() => {
    const existing = momentsOf(optimizer);
    const before = existing.map((variable) => tf.clone(variable));
    optimizer.applyGradients(
      named(
        variables.map((variable) => tf.zerosLike(variable)),
        variables,
      ),
    );
    existing.forEach((variable, i) => variable.assign(before[i]!));
  });
}

/** The variables among the fields of a tfjs optimizer: `accBeta1`, or arrays of `{ originalName, variable }`. */
function momentsOf(optimizer: tf.Optimizer): Variable[] {
  const entries = Object.values(optimizer as unknown as Record<string, unknown>).flat() as unknown[];
  return entries.flatMap((entry) => {
    if (entry instanceof tf.Variable) return [entry];
    const { variable } = (entry ?? {}) as { variable?: unknown };
    return variable instanceof tf.Variable ? [variable] : [];
  });
}
