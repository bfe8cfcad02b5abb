import { convolutions } from './convolutions.js';
import { elementwise } from './elementwise.js';
import { indices } from './indices.js';
import { products } from './products.js';
import type { PythonOperation } from './python-printer.js';
import { reductions } from './reductions.js';
import { resizing } from './resizing.js';
import { shapes } from './shapes.js';

/** How the operation with a name is written; undefined if it is none of these. */
export function operationOf(name: string): PythonOperation | undefined {
  const table = [elementwise, shapes, indices, reductions, products, convolutions, resizing].find((one) =>
    Object.hasOwn(one, name),
  );
  return table?.[name];
}
