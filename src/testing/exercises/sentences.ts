import type { OperatorUse } from './operators.js';

/** A failure that is caused by the exercise, not by the answer. */
export const UNCALLED = "The exercise's own `call` does not call your function, or is async. Please tell its author.";

/** The result of an answer cannot be measured; the message is a sentence for the student. */
export class NotMeasurable extends Error {}

/** Describes an error to a student: its class, the line of the file `answer` that threw it, and its message. */
export function textOf(error: unknown, what = 'It'): string {
  if (error instanceof NotMeasurable) return error.message;
  if (!(error instanceof Error)) return `${what} threw a value that is not an Error.`;
  const line = lineOf(error);
  const advice = error.message.startsWith('Cannot compute gradient of y=f(x)')
    ? ' What depends on the argument must be computed within the function that is differentiated.'
    : '';
  return `${what} threw ${error.name}${line === undefined ? '' : ` in line ${line}`}: ${error.message}${advice}`;
}

/** The line of the file `answer` in which an error was made. */
function lineOf({ stack }: Error): string | undefined {
  return /\banswer\.[jt]s:(\d+)/.exec(String(stack))?.[1];
}

/** A sentence about an operator of JavaScript that got a tensor. */
export function describeOperator(cause: OperatorUse): string {
  const line = lineOf(cause);
  const where = line === undefined ? '' : ` in line ${line}`;
  return cause.isAddition
    ? `It adds a tensor with \`+\`${where}, which makes a text of it: use tf.add.`
    : `It calculates with a tensor as if it were a number${where}: instead of operators such as \`*\` and \`**\`, and functions of Math, use tf.mul, tf.square and others.`;
}
