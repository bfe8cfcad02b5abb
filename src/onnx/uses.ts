import type { Printer } from './printer.js';
import type { RecordedNode, RecordedTensor, Recording } from '../record/recording.js';

/** Whether an operation gives the same numbers, perhaps in another shape. */
export function isAlias(operation: string): boolean {
  return /^(Identity|StopGradient|Together|Reshape|ExpandDims)$/.test(operation);
}

/** Finds the operation that gave a value, in any shape; with `isOnly`, if one operation reads it, and it is no result. */
export function makersIn({ nodes, outputs, state }: Recording): Printer['madeBy'] {
  const roots = new Map<RecordedTensor, RecordedTensor>();
  const makers = new Map<RecordedTensor, RecordedNode>();
  const uses = new Map<RecordedTensor, number>();
  const rootOf = (tensor: RecordedTensor): RecordedTensor => roots.get(tensor) ?? tensor;
  const use = (tensor: RecordedTensor, more = 1): void =>
    void uses.set(rootOf(tensor), (uses.get(rootOf(tensor)) ?? 0) + more);
  for (const node of nodes) {
    const tensors = Object.values(node.inputs);
    if (isAlias(node.operation)) node.outputs.forEach((output, i) => roots.set(output, rootOf(tensors[i]!)));
    else {
      tensors.forEach((tensor) => use(tensor));
      node.outputs.forEach((output) => makers.set(output, node));
    }
  }
  for (const { tensor } of outputs) use(tensor, 2);
  for (const { next } of state) if (next) use(next, 2);
  return (tensor, isOnly) => (isOnly && uses.get(rootOf(tensor)) !== 1 ? undefined : makers.get(rootOf(tensor)));
}
