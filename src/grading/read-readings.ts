import { cut } from '../tensor/errors.js';
import type { PlainTensor, Reading } from '../testing/index.js';

/** The longest text of a submission's that a student is shown. */
const LONGEST = 300;

/**
 * Reads what a process sent, which may be anything: a reading for each question, or why there is none. The lines of the program begin with
 * its token; others are the submission's own, and are left out.
 */
export function readReadings(sent: Buffer, token: Uint8Array, count: number, ending: string): Reading[] {
  const lines = linesOf(sent, token);
  return Array.from({ length: count }, (_, i) => (i < lines.length ? readReading(lines[i]!) : { failure: ending }));
}

/** What stands between a token and the end of its line. */
function linesOf(sent: Buffer, token: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = sent.indexOf(token); at >= 0; at = sent.indexOf(token, at + token.length)) {
    const end = sent.indexOf('\n', at + token.length);
    // the last one may have been cut off
    if (end >= 0) lines.push(sent.toString('utf8', at + token.length, end));
  }
  return lines;
}

function readReading(line: string): Reading {
  const none: Reading = { failure: 'Its process sent what is no result.' };
  try {
    const [, left, text] = /^(-|\d+) (.*)$/s.exec(line) ?? [];
    const { tensors, failure } = JSON.parse(text!) as Readonly<Record<string, unknown>>;
    if (typeof failure === 'string') return { failure: discreet(failure) };
    const leaked = left === '-' ? {} : { leaked: Number(left) };
    if (tensors === undefined && left !== '-') return leaked;
    return Array.isArray(tensors) && tensors.length <= 16 ? { tensors: tensors.map(readTensor), ...leaked } : none;
  } catch {
    return none;
  }
}

function readTensor(sent: unknown): PlainTensor {
  const { name, shape, values, dtype } = sent as Readonly<Record<string, unknown>>;
  const isShape =
    Array.isArray(shape) && shape.length <= 8 && shape.every((size) => Number.isInteger(size) && size >= 0);
  if (typeof name !== 'string' || typeof dtype !== 'string' || !isShape || !Array.isArray(values))
    throw new TypeError('no tensor');
  const numbers = values.map(readNumber);
  if (numbers.length !== shape.reduce((size: number, length: number) => size * length, 1))
    throw new TypeError('no tensor');
  return {
    name: discreet(name),
    shape: shape as number[],
    values: numbers,
    dtype: /^\w{1,16}$/.test(dtype) ? dtype : 'unknown',
  };
}

/** Numbers that are not finite come as text. */
function readNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new TypeError('no number');
}

/** A submission's own words, without its folder and what may be its secret inputs: numbers with a decimal point, and long ones. */
function discreet(text: string): string {
  const plain = text
    .replace(/\S*[\\/]submission-\w+[\\/]/g, '')
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .replace(/-?\d*\.\d+(e[+-]?\d+)?|-?\d{5,}/gi, '#');
  return cut(plain, LONGEST);
}
