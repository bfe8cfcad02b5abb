import type { SafetensorsData } from '../training/saving/safetensors.js';
import type { Slot } from './state-dict-entry.js';

/** The smallest length by which PyTorch divides. */
const EPSILON = 1e-12;

/** The shape of a tensor that only PyTorch has; undefined for other tensors. */
export function torchOnlyShape({ torchOnly }: Slot): number[] | undefined {
  if (torchOnly === undefined) return undefined;
  return torchOnly === 'count' ? [] : [torchOnly.weights.variable!.size / torchOnly.direction.variable!.size];
}

/**
 * The numbers of a tensor that only PyTorch has, computed from ours in its order: a batch count of 0, or v = W^T u / |W^T u|, with the
 * weights as a matrix that has a row for each output.
 */
export function torchOnlyData(
  slot: Slot,
  numbers: ReadonlyMap<Slot, Float32Array>,
  shapes: ReadonlyMap<Slot, number[]>,
): SafetensorsData {
  const { torchOnly } = slot;
  if (torchOnly === 'count') return { dtype: 'I64', shape: [], data: new BigInt64Array(1) };
  const { weights, direction, outputAxis } = torchOnly!;
  const [w, u] = [numbers.get(weights)!, numbers.get(direction)!];
  const innerSizes = shapes.get(weights)!.slice(outputAxis + 1);
  const inner = innerSizes.reduce((product, size) => product * size, 1);
  const v = new Float64Array(w.length / u.length);
  for (let i = 0; i < w.length; i++) {
    const output = Math.floor(i / inner) % u.length;
    const before = Math.floor(i / inner / u.length);
    v[before * inner + (i % inner)]! += w[i]! * u[output]!;
  }
  const length = Math.max(Math.hypot(...v), EPSILON);
  return { dtype: 'F32', shape: [v.length], data: Float32Array.from(v, (x) => x / length) };
}
