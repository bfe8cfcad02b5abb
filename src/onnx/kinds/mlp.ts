import type { Kind } from '../layer.js';
import { denseOutline } from './outlines.js';
import { sequential } from './sequential.js';

export const mlp: Kind<{ readonly sizes: readonly number[]; readonly activation: unknown }> = {
  parts: ({ sizes, activation }) =>
    sizes.slice(1).map((units, i) => denseOutline(sizes[i]!, units, i < sizes.length - 2 ? activation : undefined)),
  emit: sequential.emit,
};
