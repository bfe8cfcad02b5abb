import type { Tensor } from '@tensorflow/tfjs-core';
import { checkInt, checkInteger, isTensor } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { readTensor } from '../../tensor/lost-backend.js';
import { readTokenList } from '../token-list.js';

/** The sizes of the sequences. */
export interface SequenceSizes {
  readonly tokens: number;
  readonly length: number;
  readonly end?: number | undefined;
}

/** Known tokens as rows; reads a tensor from the device. */
async function rowsOfKnown(
  where: string,
  known: Tensor | ArrayLike<number>,
  n: number,
  length: number,
): Promise<Int32Array> {
  if (isTensor(known)) {
    checkInt(where, 'known', known, [n, length], 'It holds a token for each place, or -1.');
    return Int32Array.from(await readTensor(where, known));
  }
  const first = readTokenList(where, 'known', known);
  if (first.length > length) {
    throw outOfRange(where, 'known', `must hold at most ${length} tokens`, { got: first.length });
  }
  first.forEach((token, i) => checkInteger(where, `known[${i}]`, token, { least: -1 }));
  return Int32Array.from({ length: n * length }, (_, i) => first[i % length] ?? -1);
}

/** Reads known tokens; throws unless they fit the model. */
export async function readKnown(
  where: string,
  known: Tensor | ArrayLike<number>,
  n: number,
  { tokens, length, end }: SequenceSizes,
  isInOrder: boolean,
): Promise<Int32Array> {
  const values = await rowsOfKnown(where, known, n, length);
  for (let row = 0; row < n; row++) {
    const sequence = values.subarray(row * length, (row + 1) * length);
    const place = sequence.findIndex((token, i) => {
      if (token < -1 || token >= tokens) return true;
      return (
        token >= 0 && i > 0 && ((isInOrder && sequence[i - 1] === -1) || sequence.subarray(0, i).includes(end ?? -2))
      );
    });
    if (place < 0) continue;
    const isRange = sequence[place]! < -1 || sequence[place]! >= tokens;
    const rule = isRange
      ? `must hold tokens below ${tokens}, or -1`
      : sequence.subarray(0, place).includes(end ?? -2)
        ? 'must hold -1 after the end of a sequence'
        : 'must hold the beginning of each sequence';
    const fix = isRange || !isInOrder ? undefined : 'A masked model fills in any places.';
    throw outOfRange(where, 'known', rule, { seen: `${sequence[place]} at place ${place} of row ${row}`, fix });
  }
  return values;
}
