import { fit, type FreeSize } from './sizes.js';
import type { RecordedNumbers, RecordedTensor, Size } from './recording.js';
import type { TracedLeaf } from './trace.js';
import type { DraftNode } from './unify.js';

/** The operations that make a constant, and constants that they need. */
interface Made {
  readonly nodes: DraftNode[];
  readonly leaves: TracedLeaf[];
}

/** The relative error of a float32 that the host rounded. */
const ROUNDED = 1e-6;

/**
 * The operations that make a constant which depends on free sizes: one number everywhere, which may be a sum of products of sizes or one
 * over it; 0, 1, 2, ...; or the same rows again and again. Undefined if it is none of these.
 */
export function constantBy(
  leaf: TracedLeaf,
  found: readonly RecordedNumbers[],
  values: RecordedTensor[],
  free: readonly FreeSize[],
): Made | undefined {
  const { shape, dtype } = values[leaf.id]!;
  const node = (operation: string, attributes: DraftNode['attributes'], output = leaf.id, ): DraftNode => ({
    operation,
    inputs: {},
    attributes,
    outputs: [output],
  });
  const valueOf = (value: RecordedTensor): number => values.push(value) - 1;
  if (found.every((data) => data.every((number) => number === data[0]))) {
    const numbers = found.map((data) => data[0] ?? 0);
    const value = fit(numbers, free, ROUNDED);
    if (value !== undefined) return { nodes: [node('Fill', { shape, value, dtype })], leaves: [] };
    const below = fit(numbers.map((number) => 1 / number), free, ROUNDED); // prettier-ignore
    if (below === undefined || dtype !== 'float32') return undefined;
    const inner = valueOf({ shape, dtype });
    const reciprocal = { ...node('Reciprocal', {}), inputs: { x: inner } };
    return { nodes: [node('Fill', { shape, value: below, dtype }, inner), reciprocal], leaves: [] };
  }
  if (shape.length === 1 && found.every((data) => data.every((number, i) => number === i)))
    return { nodes: [node('Range', { start: 0, stop: shape[0]!, step: 1, dtype })], leaves: [] };
  return repeated(leaf, found, values, free);
}

/** The same rows as often as a size says. */
function repeated(leaf: TracedLeaf, found: readonly RecordedNumbers[], values: RecordedTensor[], free: readonly FreeSize[]): Made | undefined {
  const { shape, dtype } = values[leaf.id]!;
  const [first, ...rest] = shape;
  if (typeof first !== 'object' || rest.some((size) => typeof size === 'object')) return undefined;
  const [[name, rows], ...others] = Object.entries(first) as [[string, number], ...[string, number][]];
  const { length } = found[0]!;
  const count = fit(found.map((data) => data.length), free); // prettier-ignore
  if (others.length > 0 || name === '1' || count === undefined || !Number.isInteger(rows)) return undefined;
  const size = rows * (rest as number[]).reduce((a, b) => a * b, 1);
  const data = found[0]!.slice(0, size);
  if (length === 0 || !found.every((all) => all.every((number, i) => Object.is(number, data[i % size])))) return undefined;
  const inner = values.push({ shape: [rows, ...rest], dtype }) - 1;
  const reps: Size[] = [{ [name]: 1 }, ...rest.map(() => 1)];
  return {
    nodes: [{ operation: 'Tile', inputs: { x: inner }, attributes: { reps }, outputs: [leaf.id] }],
    leaves: [{ ...leaf, id: inner, data }],
  };
}
