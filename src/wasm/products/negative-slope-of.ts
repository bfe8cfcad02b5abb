import type { NamedAttrMap } from '@tensorflow/tfjs-core';

/** The factor by which an activation multiplies negative numbers, 1 without an activation; null if the module cannot apply it. */
export function negativeSlopeOf({ activation, leakyreluAlpha }: NamedAttrMap): number | null {
  switch (activation) {
    case undefined:
    case null:
    case 'linear':
      return 1;
    case 'relu':
      return 0;
    case 'leakyrelu':
      return (leakyreluAlpha ?? 0) as number;
    default:
      return null;
  }
}
