import type { Kind } from '../layer.js';

export const sequential: Kind = {};
