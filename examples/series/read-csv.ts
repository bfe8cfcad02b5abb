import { readFileSync } from 'node:fs';
import { InputError } from '../shared/input-error.js';
import { STEPS, type Windows } from './law.js';

/** Windows of a file, at least: an eighth of them must be enough for a threshold. */
const LEAST = 160;

/** A file with a header of sensor names and a line for each step, as overlapping windows; each sensor gets mean 0 and deviation 1. */
export function readCsv(path: string): { readonly sensors: readonly string[]; readonly windows: Windows } {
  const [header = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const sensors = header.split(',').map((name) => name.trim());
  const rows = lines.map((line, i) => {
    const numbers = line.split(',').map(Number);
    if (numbers.length === sensors.length && numbers.every(Number.isFinite)) return numbers;
    throw new InputError(`${path}, line ${i + 2}: expected ${sensors.length} numbers; got ${line.slice(0, 60)}`);
  });
  const starts = Math.floor((rows.length - STEPS) / (STEPS / 4)) + 1;
  if (starts < LEAST) throw new InputError(`${path}: at least ${STEPS + (LEAST - 1) * (STEPS / 4)} lines are needed`);
  const scales = sensors.map((_, k) => {
    const mean = rows.reduce((sum, row) => sum + row[k]!, 0) / rows.length;
    const deviation = Math.sqrt(rows.reduce((sum, row) => sum + (row[k]! - mean) ** 2, 0) / rows.length) || 1;
    return { mean, deviation };
  });
  const scaled = rows.map((row) => row.map((x, k) => (x - scales[k]!.mean) / scales[k]!.deviation));
  const windows = Array.from({ length: starts }, (_, i) => scaled.slice((i * STEPS) / 4, (i * STEPS) / 4 + STEPS));
  return {
    sensors,
    windows: { values: Float32Array.from(windows.flat(2)), count: starts, channels: sensors.length },
  };
}
