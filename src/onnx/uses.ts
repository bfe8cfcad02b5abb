import type { RecordedTensor, Recording } from '../record/recording.js';

/** Whether an operation gives the same numbers, perhaps in another shape. */
export function isAlias(operation: string): boolean {
  return /^(Identity|StopGradient|Together|Reshape|ExpandDims)$/.test(operation);
}

/** Counts how many operations of a recording read a value, in any shape, or whether it is a result. */
export function usesIn({ nodes, outputs, state }: Recording): (tensor: RecordedTensor) => number {
  const roots = new Map<RecordedTensor, RecordedTensor>();
  const uses = new Map<RecordedTensor, number>();
  const rootOf = (tensor: RecordedTensor): RecordedTensor => roots.get(tensor) ?? tensor;
  const use = (tensor: RecordedTensor): void => void uses.set(rootOf(tensor), (uses.get(rootOf(tensor)) ?? 0) + 1);
  for (const { operation, inputs, outputs } of nodes) {
    const tensors = Object.values(inputs);
    if (isAlias(operation)) outputs.forEach((output, i) => roots.set(output, rootOf(tensors[i]!)));
    else tensors.forEach(use);
  }
  for (const { tensor } of outputs) use(tensor);
  for (const { next } of state) if (next) use(next);
  return (tensor) => uses.get(rootOf(tensor)) ?? 0;
}
