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
  const node = (operation: string, attributes: DraftNode['attributes'], output = leaf.id): DraftNode => ({
    operation,
    inputs: {},
    attributes,
    outputs: [output],
  });
  if (found.every((data) => data.every((number) => number === data[0]))) {
    const numbers = found.map((data) => data[0] ?? 0);
    const value = fit(numbers, free, ROUNDED);
    if (value !== undefined) return { nodes: [node('Fill', { shape, value, dtype })], leaves: [] };
    if (dtype !== 'float32') return undefined;
    const inverse = numbers.map((number) => 1 / number);
    const below = fit(inverse, free, ROUNDED);
    const inner = (): number => values.push({ shape, dtype }) - 1;
    const over = (x: number, output: number): DraftNode => ({ ...node('Reciprocal', {}, output), inputs: { x } });
    if (below !== undefined) {
      const x = inner();
      return { nodes: [node('Fill', { shape, value: below, dtype }, x), over(x, leaf.id)], leaves: [] };
    }
    // n / (n - 1), of an unbiased variance: one over it is 1 - 1 / n
    const [rule] = free;
    if (rule === undefined || free.length > 1) return undefined;
    const shares = {
      name: rule.name,
      values: rule.values.map((n) => 1 / n),
      check: 1 / rule.check,
    } as unknown as FreeSize;
    const line = fit(inverse, [shares], ROUNDED);
    if (typeof line !== 'object') return undefined;
    const [size, share, slope, term, base, sum] = [inner(), inner(), inner(), inner(), inner(), inner()];
    return {
      leaves: [],
      nodes: [
        node('Fill', { shape, value: { [rule.name]: 1 }, dtype }, size),
        over(size, share),
        node('Fill', { shape, value: line[rule.name] ?? 0, dtype }, slope),
        { ...node('Multiply', {}, term), inputs: { a: share, b: slope } },
        node('Fill', { shape, value: line['1'] ?? 0, dtype }, base),
        { ...node('Add', {}, sum), inputs: { a: term, b: base } },
        over(sum, leaf.id),
      ],
    };
  }
  if (shape.length === 1 && found.every((data) => data.every((number, i) => number === i)))
    return { nodes: [node('Range', { start: 0, stop: shape[0]!, step: 1, dtype })], leaves: [] };
  return repeated(leaf, found, values, free);
}

/** The same rows as often as a size says. */
function repeated(
  leaf: TracedLeaf,
  found: readonly RecordedNumbers[],
  values: RecordedTensor[],
  free: readonly FreeSize[],
): Made | undefined {
  const { shape, dtype } = values[leaf.id]!;
  const [first, ...rest] = shape;
  if (typeof first !== 'object' || rest.some((size) => typeof size === 'object')) return undefined;
  const [[name, rows], ...others] = Object.entries(first) as [[string, number], ...[string, number][]];
  const { length } = found[0]!;
  const count = fit(found.map((data) => data.length), free); // prettier-ignore
  if (others.length > 0 || name === '1' || count === undefined || !Number.isInteger(rows)) return undefined;
  const size = rows * (rest as number[]).reduce((a, b) => a * b, 1);
  const data = found[0]!.slice(0, size);
  if (length === 0 || !found.every((all) => all.every((number, i) => Object.is(number, data[i % size]))))
    return undefined;
  const inner = values.push({ shape: [rows, ...rest], dtype }) - 1;
  const reps: Size[] = [{ [name]: 1 }, ...rest.map(() => 1)];
  return {
    nodes: [{ operation: 'Tile', inputs: { x: inner }, attributes: { reps }, outputs: [leaf.id] }],
    leaves: [{ ...leaf, id: inner, data }],
  };
}
