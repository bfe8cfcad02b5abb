import type { Kind } from '../layer.js';

/** An activation between the layers of a ready-made network: its option. */
export const activation: Kind = { keepsShape: true, emit: (_, x) => x };
