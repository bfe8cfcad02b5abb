import type { NamedAttrMap } from '@tensorflow/tfjs-core';

/** The factor of negative numbers in an activation, 1 if there is none; null if the module cannot apply it. */
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
