import * as tf from '@tensorflow/tfjs-core';
import type { Variable } from '@tensorflow/tfjs-core';
import type { Trainer } from '../training/trainer/trainer.js';

/** All numbers that a trainer changes, by name, and its plain state as text. */
export interface Contents {
  readonly variables: ReadonlyMap<string, Float32Array>;
  readonly plain: string;
}

/** Reads all that a trainer changes. */
export async function contentsOf({ state }: Trainer): Promise<Contents> {
  const { variables, plain } = state;
  return { variables: await numbersOf(Object.entries(variables)), plain: JSON.stringify(plain) };
}

type Named = readonly (readonly [name: string, variable: Variable])[];

/** The variables of a trainer's state that are parameters: those that can be trained, but for moments and averages. */
export function parametersOf({ state: { variables } }: Trainer): Named {
  const own = Object.entries(variables).filter(([name]) => !isOther(name, variables));
  const trainable = own.filter(([, variable]) => variable.trainable);
  return trainable.length > 0 ? trainable : own;
}

/** The moments of a trainer's optimizers; in a trainer of other names, all that is no parameter. */
export function momentsOf(trainer: Trainer): Named {
  const [all, parameters] = [Object.entries(trainer.state.variables), parametersOf(trainer).map(([name]) => name)];
  const moments = all.filter(([name]) => MOMENTS.test(name));
  return moments.length > 0 ? moments : all.filter(([name]) => !parameters.includes(name));
}

/** The names of moments in `createTrainer`. */
const MOMENTS = /^(\w*O|o)ptimizer\.\d+$/;

/** Whether a variable is a moment, or one of the average of a part, as `createTrainer` names them. */
function isOther(name: string, variables: object): boolean {
  const [, first, rest] = /^average(\w)(.*)$/.exec(name) ?? [];
  return MOMENTS.test(name) || (first !== undefined && `${first.toLowerCase()}${rest}` in variables);
}

/** Reads variables by name. */
export async function numbersOf(variables: Named): Promise<ReadonlyMap<string, Float32Array>> {
  const copies = variables.map(([, variable]) => tf.clone(variable));
  try {
    const values = await Promise.all(copies.map((copy) => copy.data()));
    return new Map(variables.map(([name], i) => [name, Float32Array.from(values[i]!)]));
  } finally {
    tf.dispose(copies);
  }
}

/**
 * Names the first thing in which two contents differ by more than `tolerance`, relative to the larger number's magnitude or to 1;
 * undefined if nothing does. A tolerance of 0 compares bits.
 */
export function difference(before: Contents, after: Contents, tolerance = 0): string | undefined {
  const [names, others] = [[...before.variables.keys()], [...after.variables.keys()]];
  if (names.join() !== others.join())
    return `variables named ${others.join(', ')} where there were ${names.join(', ')}`;
  return differentNumber(before.variables, after.variables, tolerance) ?? differentText(before.plain, after.plain);
}

/** Names the first variable that differs, with both numbers. */
export function differentNumber(
  before: ReadonlyMap<string, Float32Array>,
  after: ReadonlyMap<string, Float32Array>,
  tolerance = 0,
): string | undefined {
  for (const [name, numbers] of before) {
    const others = after.get(name)!;
    const i = numbers.findIndex((number, place) => !isClose(number, others[place]!, tolerance));
    if (i >= 0) return `${name}, whose number ${i} is ${others[i]} where it was ${numbers[i]}`;
  }
  return undefined;
}

function differentText(before: string, after: string): string | undefined {
  return before === after ? undefined : `the plain state ${after} where it was ${before}`;
}

function isClose(a: number, b: number, tolerance: number): boolean {
  if (Object.is(a, b)) return true;
  return tolerance > 0 && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Names the first variable that holds a number that is not finite; undefined if none does. */
export function notFinite({ variables }: Contents): string | undefined {
  return [...variables].find(([, numbers]) => !numbers.every(Number.isFinite))?.[0];
}
