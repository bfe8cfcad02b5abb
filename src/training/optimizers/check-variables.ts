import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkSameShape, checkTensor } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';

/** Throws unless `variables` is an array of at least one live variable. */
export function checkVariables(
  where: string,
  variables: readonly Variable[] | undefined,
  argument = 'variables',
): asserts variables is readonly Variable[] {
  checkList(where, argument, variables, 'variable');
}

/** Throws unless `value` is a live variable. */
export function checkVariable(where: string, argument: string, value: unknown): void {
  checkTensor(where, argument, value);
  if ('assign' in value) return;
  const fix = 'Make one with tf.variable(tensor).';
  throw wrongKind(where, argument, 'must be a variable', { got: value, fix });
}

/** Throws unless `list` is an array of at least one live tensor, which the error calls `what`. */
export function checkList(where: string, argument: string, list: unknown, what: 'tensor' | 'variable'): void {
  if (!Array.isArray(list) || list.length === 0) {
    throw wrongKind(where, argument, `must be an array of at least one ${what}`, { got: list });
  }
  const check = what === 'variable' ? checkVariable : checkTensor;
  list.forEach((one, i) => check(where, `${argument}[${i}]`, one));
}

/** Throws if a variable is listed twice: an update would change it twice, and a norm would count its gradient twice. */
export function checkEachOnce(where: string, variables: readonly Variable[]): void {
  const second = variables.findIndex((variable, i) => variables.indexOf(variable) !== i);
  if (second < 0) return;
  const seen = `variables[${variables.indexOf(variables[second]!)}] again as variables[${second}]`;
  const fix = 'List a shared variable once: [...new Set(variables)].';
  throw outOfRange(where, 'variables', 'must not repeat a variable', { seen, fix });
}

/** Throws unless an optimizer gets the same variables as the first time; `first` says which call that was. */
export function checkSameVariables(
  where: string,
  first: string,
  owned: readonly Variable[],
  variables: readonly Variable[],
): void {
  if (owned.length === variables.length && owned.every((variable, i) => variable === variables[i])) return;
  const rule = `must be those of the first ${first}, in their order`;
  const fix = 'Make one optimizer for each list of variables.';
  throw outOfRange(where, 'variables', rule, { seen: 'other variables', fix });
}

/** Throws unless `gradients` has a tensor of the right shape for each variable. */
export function checkGradientList(where: string, gradients: readonly Tensor[], variables: readonly Variable[]): void {
  if (!Array.isArray(gradients) || gradients.length !== variables.length) {
    const rule = `must be one tensor for each of the ${variables.length} variables`;
    throw wrongKind(where, 'gradients', rule, { got: gradients });
  }
  gradients.forEach((gradient, i) => {
    checkTensor(where, `gradients[${i}]`, gradient);
    checkSameShape(where, `gradients[${i}]`, gradient, `variables[${i}]`, variables[i]!);
  });
}
