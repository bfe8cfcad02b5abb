import type { Tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import type { Printed } from './run-recording.js';

/** Whether two numbers are the same, or close. */
function areClose(ours: number, theirs: number, tolerance: number): boolean {
  if (Number.isNaN(ours) || !Number.isFinite(theirs)) return Object.is(ours, theirs);
  return Math.abs(ours - theirs) <= tolerance * Math.max(Math.abs(ours), 0.3);
}

/** Whether an output has the shape, the type and the numbers of a tensor; integers and bools exactly. */
export function isSame(ours: Tensor, theirs: Printed | undefined, tolerance = 1e-6): boolean {
  if (theirs?.dtype !== ours.dtype || theirs.shape.join() !== ours.shape.join()) return false;
  const exact = ours.dtype === 'float32' ? tolerance : 0;
  return ours.dataSync().every((value, i) => areClose(value, theirs.data[i]!, exact));
}

/** The law: outputs by name have the shape, the type and the numbers of tensors. */
export function expectSame(
  ours: Readonly<Record<string, Tensor>>,
  theirs: Readonly<Record<string, Printed>>,
  tolerance?: number,
): void {
  const wrong = Object.entries(ours).filter(([name, x]) => !isSame(x, theirs[name], tolerance));
  const text = (dtype: string, shape: readonly number[], data: Iterable<number>): string =>
    `${dtype} [${shape.join()}]: ${Array.from(data).slice(0, 12).join(' ')}`;
  expect(
    wrong.map(([name, x]) => {
      const { dtype, shape, data } = theirs[name]!;
      return `${name}: ${text(dtype, shape, data)} is not ${text(x.dtype, x.shape, x.dataSync())}`;
    }),
  ).toEqual([]);
}
