import type { SafetensorsData } from '../training/saving/safetensors.js';
import type { Slot } from './state-dict-entry.js';

/** Lengths below it count as 0, as in PyTorch. */
const EPSILON = 1e-12;

/** The shape of a tensor that only PyTorch has; undefined for one of ours. */
export function besideShapeOf({ beside }: Slot): number[] | undefined {
  if (beside === undefined) return undefined;
  return beside === 'count' ? [] : [beside.weights.variable!.size / beside.direction.variable!.size];
}

/**
 * The numbers of a tensor that only PyTorch has, computed from ours in its order: a batch count of 0, or v = W^T u / |W^T u|, with the
 * weights as a matrix that has a row for each output.
 */
export function besideData(
  slot: Slot,
  numbersOf: (slot: Slot) => Float32Array,
  torchShape: (slot: Slot) => number[],
): SafetensorsData {
  const { beside } = slot;
  if (beside === 'count') return { dtype: 'I64', shape: [], data: new BigInt64Array(1) };
  const { weights, direction, outputAxis } = beside!;
  const [w, u] = [numbersOf(weights), numbersOf(direction)];
  const inner = torchShape(weights)
    .slice(outputAxis + 1)
    .reduce((product, size) => product * size, 1);
  const v = new Float64Array(w.length / u.length);
  for (let i = 0; i < w.length; i++) {
    const output = Math.floor(i / inner) % u.length;
    const before = Math.floor(i / inner / u.length);
    v[before * inner + (i % inner)]! += w[i]! * u[output]!;
  }
  const length = Math.max(Math.hypot(...v), EPSILON);
  return { dtype: 'F32', shape: [v.length], data: Float32Array.from(v, (x) => x / length) };
}
