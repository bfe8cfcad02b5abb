import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { unusable } from '../../tensor/errors.js';
import { checkFunction, checkList } from './checks.js';
import type { Exercise } from './exercise.js';
import { completeGradients } from './missing-gradients.js';
import { watchOperators } from './operators.js';
import { describeOperator, NotMeasurable, textOf, UNCALLED } from './sentences.js';

/** A tensor as plain values, which can be sent to another process. */
export interface PlainTensor {
  /** The name of the argument or output; `''` if an answer returns one tensor. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its numbers, row by row. */
  readonly values: readonly number[];
  /** Its dtype: `float32`, `int32` or `bool`. */
  readonly dtype: string;
}

/** A measurement to make of an answer. It contains neither the right values nor the seed. */
export interface Question {
  /** The kind of the {@link ExerciseCheck}. */
  readonly kind: 'values' | 'gradients' | 'leaks';
  /** The arguments of the answer, in order. */
  readonly inputs: readonly PlainTensor[];
  /** For gradients: the arguments to differentiate with respect to. */
  readonly of: readonly string[];
  /** For gradients: the sum of the outputs' numbers times these weights is differentiated. */
  readonly weights: readonly PlainTensor[];
}

/** A measurement of an answer. */
export interface Reading {
  /** The values that the answer returned, or its gradients by argument. */
  readonly tensors?: readonly PlainTensor[];
  /** The number of tensors that the call leaked; only for questions about values and leaks. */
  readonly leaked?: number;
  /** If there is no measurement: why, in a sentence. */
  readonly failure?: string;
}

/** Calls an answer with its inputs. */
type Call = NonNullable<Exercise['call']>;

/** Tensors by name. */
export type NamedTensors = Readonly<Record<string, Tensor>>;

/** Starts to count, before a call; the returned function gives the number of tensors that the call leaked. */
export type StartCount = (inputs: NamedTensors) => (returned: NamedTensors) => number;

const positionalCall: Call = (answer, inputs) => answer(...Object.values(inputs));

/**
 * Measures a student's function for {@link gradeReadings}, in a worker or in another process. It needs neither the exercise's reference nor
 * the seed.
 *
 * @param answer - the student's function
 * @param questions - the questions of {@link gradeReadings}
 * @param call - the `call` of the exercise, if it has one, or its source, `String(exercise.call)`, because a function cannot be posted
 * @returns a reading for each question; errors of the answer are also readings
 * @example
 * ```ts
 * const x = { name: 'x', shape: [2], values: [3, 4], dtype: 'float32' };
 * const [reading] = await measureAnswer(tf.square, [{ kind: 'values', inputs: [x], of: [], weights: [] }]);
 * console.log(reading!.tensors![0]!.values); // [ 9, 16 ]
 * ```
 */
export async function measureAnswer(
  answer: unknown,
  questions: readonly Question[],
  call: Exercise['call'] | string = positionalCall,
): Promise<Reading[]> {
  checkList('measureAnswer', 'questions', questions, 'questions of gradeReadings');
  const caller = typeof call === 'string' ? functionOf(call) : call;
  checkFunction('measureAnswer', 'call', caller);
  const readings: Reading[] = [];
  for (const question of questions) readings.push(await measure(answer, question, caller));
  return readings;
}

/** {@link measureAnswer} for one question, with another way to count tensors. */
export function measureWith(answer: unknown, question: Question, call: string | undefined, count: StartCount) {
  return measure(answer, question, call === undefined ? positionalCall : functionOf(call), count);
}

/** Evaluates the source of a `call`, which may be an arrow function, a function or a method. */
function functionOf(source: string): Call {
  const expression = /^(?:async\s+)?call\s*\(/.test(source) ? `({ ${source} }).call` : source;
  try {
    // esbuild, and therefore tsx, adds calls of `__name` to functions
    // oxlint-disable-next-line typescript/no-implied-eval
    return (new Function('__name', `return (${expression});`) as (name: (f: unknown) => unknown) => Call)((f) => f);
  } catch (error) {
    const fix = 'Give String(exercise.call).';
    throw unusable('measureAnswer', 'call', 'must be the text of a function', { seen: String(error), fix });
  }
}

async function measure(
  answer: unknown,
  question: Question,
  call: Call,
  startCount: StartCount = countAll,
): Promise<Reading> {
  if (typeof answer !== 'function') return { failure: 'The file does not export a function of this name.' };
  completeGradients();
  const inputs = Object.fromEntries(question.inputs.map((plain) => [plain.name, toTensor(plain)]));
  const run = (tensors: NamedTensors): NamedTensors => {
    // eslint-disable-next-line house/known-operations -- an answer may use all of tfjs
    const returned = call(answer as () => unknown, tensors, tf);
    try {
      return outputsOf(returned);
    } catch (error) {
      throw isCalled(call, tensors) ? error : new NotMeasurable(UNCALLED);
    }
  };
  const kept: Tensor[] = Object.values(inputs);
  const operators = watchOperators();
  try {
    let leaked = 0;
    const returned = operators.during(() =>
      tf.tidy(() => {
        if (question.kind === 'gradients') return gradientsOf(run, inputs, question);
        const count = startCount(inputs);
        const outputs = run(inputs);
        leaked = count(outputs);
        return outputs;
      }),
    );
    kept.push(...Object.values(returned));
    if (question.kind === 'leaks') return { leaked };
    const tensors = await Promise.all(Object.entries(returned).map(fromTensor));
    const cause = tensors.some(({ values }) => values.some(Number.isNaN)) ? operators.cause() : undefined;
    if (cause !== undefined) return { failure: describeOperator(cause) };
    return question.kind === 'values' ? { tensors, leaked } : { tensors };
  } catch (error) {
    const cause = operators.cause(error);
    return { failure: cause === undefined ? textOf(error) : describeOperator(cause) };
  } finally {
    tf.dispose(kept);
  }
}

/** Whether the `call` of an exercise calls the answer before it returns, and returns no promise of its own. */
function isCalled(call: Call, inputs: NamedTensors): boolean {
  let isCalled = false;
  // a function, so that it can be called with `new`
  const probe = function (): void {
    isCalled = true;
  };
  try {
    // eslint-disable-next-line house/known-operations -- an answer may use all of tfjs
    const returned = call(probe, inputs, tf) as { readonly then?: unknown } | null | undefined;
    return isCalled && returned?.then === undefined;
  } catch {
    return isCalled;
  }
}

function toTensor({ values, shape, dtype }: PlainTensor): Tensor {
  return tf.tensor([...values], [...shape], dtype as 'float32');
}

async function fromTensor([name, tensor]: [string, Tensor]): Promise<PlainTensor> {
  const { shape, dtype } = tensor;
  return { name, shape: [...shape], dtype, values: Array.from(await tensor.data<'float32'>()) };
}

/** The tensors of an answer's result, by name. */
function outputsOf(returned: unknown): NamedTensors {
  if (isTensor(returned)) return { '': returned };
  const kind = kindOf(returned);
  if (typeof returned !== 'object' || returned === null)
    throw new NotMeasurable(`It must return a tensor, not ${kind}.`);
  if (isPromise(returned))
    throw new NotMeasurable('It must return a tensor, not a promise: write it without async and await.');
  const entries = Object.entries(returned as NamedTensors);
  const odd = entries.find(([, value]) => !isTensor(value));
  if (entries.length === 0) throw new NotMeasurable('It must return a tensor, not an empty record.');
  if (odd !== undefined && kind === 'an array') throw new NotMeasurable('It must return a tensor, not an array.');
  if (odd !== undefined) throw new NotMeasurable(`It must return tensors, but \`${odd[0]}\` is ${kindOf(odd[1])}.`);
  return Object.fromEntries(entries);
}

/** Whether a value is a promise. A rejection later would end the process of an answer before its result is sent. */
function isPromise(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('then' in value)) return false;
  Promise.resolve(value).catch(() => undefined);
  return true;
}

function isTensor(value: unknown): value is Tensor {
  // duck typing, because a page may have two copies of tfjs-core
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

function kindOf(value: unknown): string {
  if (isPromise(value)) return 'a promise: write it without async and await';
  const kind = Array.isArray(value) || ArrayBuffer.isView(value) ? 'array' : value === null ? 'null' : typeof value;
  return /^(null|undefined)$/.test(kind) ? kind : `${/^[ao]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** The gradients of the weighted sum of all outputs; 0 for arguments on which they do not depend. */
function gradientsOf(
  run: (inputs: NamedTensors) => NamedTensors,
  inputs: NamedTensors,
  { of, weights }: Question,
): NamedTensors {
  // first without gradients, because tfjs leaks what it has saved if the function throws
  const outputs = run(inputs);
  if (weights.some(({ name, shape }) => outputs[name]?.shape.join() !== shape.join()))
    throw new NotMeasurable('Its gradients are measured once its values have the right shape.');
  const loss = (...at: Tensor[]): Scalar => {
    const moved = run({ ...inputs, ...Object.fromEntries(of.map((name, i) => [name, at[i]!])) });
    const terms = weights.map((weight) => tf.sum(tf.mul(moved[weight.name]!, toTensor(weight))));
    // tfjs throws if an argument is not used at all
    const zeros = at.map((x) => tf.mul(tf.sum(x), 0));
    return tf.sum(tf.stack([...terms, ...zeros]));
  };
  const gradients = withoutTidy(() => tf.grads(loss)(of.map((name) => inputs[name]!)));
  return Object.fromEntries(of.map((name, i) => [name, gradients[i]!]));
}

/**
 * Calls a function in which tf.tidy disposes nothing; the scope around it does. tfjs's gradient of logSigmoid uses its argument without
 * saving it, and throws if a tidy in the answer has disposed it.
 */
function withoutTidy<T>(f: () => T): T {
  const engine = tf.engine();
  const { tidy } = engine;
  engine.tidy = (first, second) => (second ?? (first as () => never))();
  try {
    return f();
  } finally {
    engine.tidy = tidy;
  }
}

/** Counts new tensors by tfjs's own count, except the ones that the call returned. */
function countAll(inputs: NamedTensors): (returned: NamedTensors) => number {
  const before = tf.memory().numTensors;
  return (returned) => {
    const made = new Set(Object.values(returned));
    for (const input of Object.values(inputs)) made.delete(input);
    return Math.max(0, tf.memory().numTensors - before - made.size);
  };
}
