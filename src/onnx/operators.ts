import type { RecordedNode, RecordedTensor } from '../record/recording.js';
import type { Operation } from './operation.js';
import { convolutions } from './operations/convolutions.js';
import { printElementwise } from './operations/elementwise.js';
import { indices } from './operations/indices.js';
import { normalize, waves } from './operations/normalize.js';
import { printPerChannel } from './operations/per-channel.js';
import { products } from './operations/products.js';
import { reductions } from './operations/reductions.js';
import { resizing } from './operations/resize.js';
import { shapes } from './operations/shapes.js';
import { isAlias } from './uses.js';
import type { Printer } from './printer.js';

/** The operation with a name, except those on each number. */
function operationOf(name: string): Operation | undefined {
  const table = [
    shapes,
    indices,
    reductions,
    products,
    convolutions,
    resizing,
    { Normalize: normalize, Waves: waves },
  ].find((one) => Object.hasOwn(one, name));
  return table?.[name as 'Normalize'];
}

/** Adds the nodes of a recorded operation. */
export function printNode(p: Printer, node: RecordedNode): void {
  const tensors = Object.values(node.inputs);
  if (isAlias(node.operation)) return tensors.forEach((tensor, i) => p.alias(node.outputs[i]!, tensor));
  if (printPerChannel(p, node)) return;
  if (printElementwise(p, node)) return;
  const operation = operationOf(node.operation) ?? p.refuse();
  const names = {};
  for (const [key, tensor] of Object.entries(node.inputs))
    Object.defineProperty(names, key, { get: () => p.get(tensor), enumerable: true });
  const made = operation(p, names, node);
  if (made !== undefined) [made].flat().forEach((name, i) => p.set(node.outputs[i] as RecordedTensor, name));
}
