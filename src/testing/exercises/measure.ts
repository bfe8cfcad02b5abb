import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { unusable } from '../../tensor/errors.js';
import { checkFunction, checkList } from './checks.js';
import type { Exercise } from './exercise.js';
import { completeGradients } from './missing-gradients.js';

/** A tensor as plain values, which can be sent to another process. */
export interface PlainTensor {
  /** The argument's or the output's name; `''` if an answer returns one tensor. */
  readonly name: string;
  /** Its shape. */
  readonly shape: readonly number[];
  /** Its numbers row by row. */
  readonly values: readonly number[];
  /** Its dtype: `float32`, `int32` or `bool`. */
  readonly dtype: string;
}

/** What to measure of an answer; it holds neither the right values nor the seed. */
export interface Question {
  /** As of an {@link ExerciseCheck}. */
  readonly kind: 'values' | 'gradients' | 'leaks';
  /** The arguments of the answer, in their order. */
  readonly inputs: readonly PlainTensor[];
  /** For gradients: the arguments to differentiate with respect to. */
  readonly of: readonly string[];
  /** For gradients: the derivative is that of the sum of the outputs' numbers times these. */
  readonly weights: readonly PlainTensor[];
}

/** What was measured of an answer, before anything is judged. */
export interface Reading {
  /** What the answer returned, or its gradients by argument. */
  readonly tensors?: readonly PlainTensor[];
  /** How many tensors the call left behind, besides those that it returned; of values and leaks. */
  readonly leaked?: number;
  /** Instead of these: what went wrong, in words. */
  readonly failure?: string;
}

/** How an answer is called with its inputs; by default with all of them in order. */
type Call = NonNullable<Exercise['call']>;

/** What an answer returned, by name. */
export type Returned = Readonly<Record<string, Tensor>>;

/** Begins to count, before a call; the function that it returns counts the tensors that the call left behind. */
export type StartCount = (inputs: Returned) => (returned: Returned) => number;

const inOrder: Call = (answer, inputs) => answer(...Object.values(inputs));

/**
 * Measures what a student's function does, for {@link gradeReadings}: in a worker or in another process, which need neither the
 * exercise's reference nor its seeds.
 *
 * @param answer - the student's function
 * @param questions - plain values
 * @param call - the `call` of the exercise, if it has one, or its source text, `String(exercise.call)`: a function cannot be sent
 * @returns a reading for each question; an error of the answer is a reading too
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
  call: Exercise['call'] | string = inOrder,
): Promise<Reading[]> {
  checkList('measureAnswer', 'questions', questions, 'questions of gradeReadings');
  const how = typeof call === 'string' ? functionOf(call) : call;
  checkFunction('measureAnswer', 'call', how);
  const readings: Reading[] = [];
  for (const question of questions) readings.push(await measure(answer, question, how));
  return readings;
}

/** {@link measureAnswer} for one question, with a count of one's own. */
export function measureWith(answer: unknown, question: Question, call: string | undefined, count: StartCount) {
  return measure(answer, question, call === undefined ? inOrder : functionOf(call), count);
}

/** The function of a `call` that was written as an arrow, as a function or as a method. */
function functionOf(source: string): Call {
  const expression = /^(?:async\s+)?call\s*\(/.test(source) ? `({ ${source} }).call` : source;
  try {
    // `__name` is what esbuild, and so tsx, writes into functions
    // eslint-disable-next-line @typescript-eslint/no-implied-eval
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
  if (typeof answer !== 'function') return { failure: 'There is no function of that name.' };
  completeGradients();
  const inputs = Object.fromEntries(question.inputs.map((plain) => [plain.name, toTensor(plain)]));
  const run = (given: Returned): Returned => {
    const returned = call(answer as () => unknown, given, tf);
    try {
      return outputsOf(returned);
    } catch (error) {
      throw isCalled(call, given) ? error : new Refused(UNCALLED);
    }
  };
  const kept: Tensor[] = Object.values(inputs);
  try {
    let leaked = 0;
    const returned = tf.tidy(() => {
      if (question.kind === 'gradients') return gradientsOf(run, inputs, question);
      const count = startCount(inputs);
      const outputs = run(inputs);
      leaked = count(outputs);
      return outputs;
    });
    kept.push(...Object.values(returned));
    if (question.kind === 'leaks') return { leaked };
    const tensors = await Promise.all(Object.entries(returned).map(fromTensor));
    return question.kind === 'values' ? { tensors, leaked } : { tensors };
  } catch (error) {
    return { failure: textOf(error) };
  } finally {
    tf.dispose(kept);
  }
}

/** A failure that is the exercise's: it is not held against an answer that runs here. */
export const UNCALLED = "The exercise's own `call` did not call your function, or is async: tell its author.";

/** Whether the `call` of an exercise calls the answer before it returns, and returns no promise of its own. */
function isCalled(call: Call, inputs: Returned): boolean {
  let isCalled = false;
  // a function, so that it can be called with `new`
  const probe = function (): void {
    isCalled = true;
  };
  try {
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

/** The tensors that an answer returned, by name. */
function outputsOf(returned: unknown): Returned {
  if (isTensor(returned)) return { '': returned };
  if (typeof returned !== 'object' || returned === null)
    throw new Refused(`It must return a tensor, not ${returned === null ? 'null' : article(typeof returned)}.`);
  if ('then' in returned)
    throw new Refused('It must return a tensor, not a promise: write it without async and await.');
  const entries = Object.entries(returned as Returned);
  const odd = entries.find(([, value]) => !isTensor(value));
  if (entries.length === 0) throw new Refused('It must return a tensor, not an empty record.');
  if (odd !== undefined) throw new Refused(`It must return tensors, but \`${odd[0]}\` is ${article(typeof odd[1])}.`);
  return Object.fromEntries(entries);
}

function isTensor(value: unknown): value is Tensor {
  // duck typing, because a page may have two copies of tfjs-core
  return typeof value === 'object' && value !== null && 'dataId' in value;
}

function article(kind: string): string {
  return kind === 'undefined' ? kind : `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`;
}

/** The gradients of the weighted sum of all outputs; 0 where they do not depend on an argument. */
function gradientsOf(run: (inputs: Returned) => Returned, inputs: Returned, { of, weights }: Question): Returned {
  // first without gradients: where the function of a gradient throws, tfjs leaks what it has saved
  const outputs = run(inputs);
  if (weights.some(({ name, shape }) => outputs[name]?.shape.join() !== shape.join()))
    throw new Refused('Its gradients are measured once its values have the right shape.');
  const loss = (...at: Tensor[]): Scalar => {
    const moved = run({ ...inputs, ...Object.fromEntries(of.map((name, i) => [name, at[i]!])) });
    const terms = weights.map((weight) => tf.sum(tf.mul(moved[weight.name]!, toTensor(weight))));
    // tfjs throws where an argument is not used at all
    const zeros = at.map((x) => tf.mul(tf.sum(x), 0));
    return tf.sum(tf.stack([...terms, ...zeros]));
  };
  const gradients = withoutTidy(() => tf.grads(loss)(of.map((name) => inputs[name]!)));
  return Object.fromEntries(of.map((name, i) => [name, gradients[i]!]));
}

/**
 * Calls a function in which tf.tidy keeps all tensors, for the scope around it to dispose of: tfjs's gradient of logSigmoid uses its
 * argument without saving it, and throws if a tidy in the answer has disposed of that.
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

/** By how much tfjs's own count grows, without what the call returned. */
function countAll(inputs: Returned): (returned: Returned) => number {
  const before = tf.memory().numTensors;
  return (returned) => {
    const made = new Set(Object.values(returned));
    for (const input of Object.values(inputs)) made.delete(input);
    return Math.max(0, tf.memory().numTensors - before - made.size);
  };
}

/** What an answer returned cannot be measured; the message is a sentence for the student. */
class Refused extends Error {}

/** An error in a student's words: its kind, the line of a file or script `answer` that threw it, and its message. */
export function textOf(error: unknown, what = 'It'): string {
  if (error instanceof Refused) return error.message;
  if (!(error instanceof Error)) return `${what} threw something that is no error.`;
  const line = /\banswer\.[jt]s:(\d+)/.exec(String(error.stack))?.[1];
  return `${what} threw ${error.name}${line === undefined ? '' : ` in line ${line}`}: ${error.message}`;
}
