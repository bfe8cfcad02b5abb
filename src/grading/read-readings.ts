import type { PlainTensor, Reading } from '../testing/index.js';
import { redact } from './failures.js';

/** Reads lines of a process, which may be anything, as one reading per question; a missing one says why the process ended. */
export function readReadings(lines: readonly string[], count: number, ending: string): Reading[] {
  return Array.from({ length: count }, (_, i) => (i < lines.length ? readReading(lines[i]!) : { failure: ending }));
}

/** The lines of our program, which begin with its token, without it; others were written by the submission and are ignored. */
export function linesOf(output: Buffer, token: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = output.indexOf(token); at >= 0; at = output.indexOf(token, at + token.length)) {
    const end = output.indexOf('\n', at + token.length);
    // the last one may have been cut off
    if (end >= 0) lines.push(output.toString('utf8', at + token.length, end));
  }
  return lines;
}

function readReading(line: string): Reading {
  const none: Reading = { failure: 'Its process did not return a valid result.' };
  try {
    const [, left, text] = /^(-|\d+) (.*)$/s.exec(line) ?? [];
    const { tensors, failure } = JSON.parse(text!) as Readonly<Record<string, unknown>>;
    if (typeof failure === 'string') return { failure: redact(failure) };
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
    name: redact(name),
    shape: shape as number[],
    values: numbers,
    dtype: /^\w{1,16}$/.test(dtype) ? dtype : 'unknown',
  };
}

/** Numbers that are not finite are sent as text. */
function readNumber(value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  throw new TypeError('no number');
}
