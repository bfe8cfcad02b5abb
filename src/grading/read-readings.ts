import { cut } from '../tensor/errors.js';
import type { PlainTensor, Reading } from '../testing/index.js';

/** The longest text of a submission's that a student is shown. */
const LONGEST = 300;

/** Reads what a process sent, which may be anything: a reading for each question, or why there is none. */
export function readReadings(text: string, count: number, ending: string): Reading[] {
  const lines = text.split('\n').filter((line) => line !== '');
  return Array.from({ length: count }, (_, i) => (i < lines.length ? readReading(lines[i]!) : { failure: ending }));
}

function readReading(line: string): Reading {
  const none: Reading = { failure: 'Its process sent what is no result.' };
  try {
    const { tensors, leaked, failure } = JSON.parse(line) as Readonly<Record<string, unknown>>;
    if (typeof failure === 'string') return { failure: discreet(failure) };
    if (typeof leaked === 'number' && Number.isInteger(leaked)) return { leaked };
    return Array.isArray(tensors) && tensors.length <= 16 ? { tensors: tensors.map(readTensor) } : none;
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
