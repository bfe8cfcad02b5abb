import type { Draw } from './draw.js';
import type { FileKind } from './expression.js';

/** The files that a program is saved as. */
export const filesOf = (d: Draw): readonly FileKind[] => [
  ...(['model', 'weights', 'checkpoint', 'stateDict'] as const).filter(() => d.chance(0.4)),
  // ONNX Runtime takes the longest
  ...(['onnx'] as const).filter(() => d.chance(0.25)),
];
