import * as tf from '@tensorflow/tfjs';
import { valueOf } from './snippets.js';

/** The lines that have been seen, by the snippet's title and their number in it. */
const seenLines = new Set<string>();

/** Throws unless this many lines of a snippet have been seen: a line that never runs proves nothing. */
export function sawAll(title: string, count: number): void {
  const missed = Array.from({ length: count }, (_, i) => i + 1).filter((line) => !seenLines.has(`${title} ${line}`));
  if (missed.length > 0) throw new Error(`Of the lines with a comment, number ${missed.join(', ')} never ran.`);
}

/** Prints the values of a line of a snippet, and throws unless they are what the comment after the line says. */
export function see(line: string, comment: string, ...values: unknown[]): void {
  seenLines.add(line);
  console.log(...values);
  const said = valueOf(comment).replaceAll(/\b(?:Float32|Int32|Uint32|Uint8)Array\(\d+\)/g, '');
  const numbers = [...said.matchAll(/(?<![\w'"])[-+]?\d+(?:\.(\d+))?(?:e[-+]?\d+)?/g)];
  const seen = values.flatMap(leaves);
  if (numbers.length === 0) {
    const text = seen.map(String).join(' ');
    if (!text.includes(said.trim())) throw new Error(`The comment says ${comment}, the line gives ${text}.`);
    return;
  }
  const given = seen.filter((value) => typeof value === 'number');
  const agree =
    numbers.length === given.length &&
    numbers.every((number, i) => Math.abs(Number(number[0]) - given[i]!) <= halfDigit(number[0], number[1]));
  if (!agree) throw new Error(`The comment says ${comment}, the line gives ${given.join(', ')}.`);
}

/** Throws unless a line of a snippet throws, as the comment after it says. */
export async function seeThrow(line: string, act: () => unknown): Promise<void> {
  seenLines.add(line);
  const error: unknown = await Promise.resolve()
    .then(act)
    .then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
  if (error === undefined) throw new Error('The comment says that the line throws; it does not.');
  console.log(error instanceof Error ? error.message : error);
}

/** Half of the last digit shown; a whole number must match up to the precision of float32. */
function halfDigit(text: string, decimals = ''): number {
  const exponent = /e([-+]?\d+)/.exec(text)?.[1];
  if (decimals === '' && exponent === undefined) return 1e-6 * Math.abs(Number(text));
  return 0.5001 * 10 ** (Number(exponent ?? 0) - decimals.length);
}

/** The numbers and texts in a value; for a tensor, those of its shape. */
function leaves(value: unknown): unknown[] {
  if (value instanceof tf.Tensor) return [...(value.shape as number[])];
  if (ArrayBuffer.isView(value)) return [...(value as unknown as Iterable<unknown>)];
  if (Array.isArray(value)) return value.flatMap(leaves);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(leaves);
  return [value];
}
