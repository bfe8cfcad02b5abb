import type { Kind } from '../layer.js';

/** A layer that changes its input only in training. */
export const dropout: Kind = { keepsShape: true };
