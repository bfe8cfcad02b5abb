import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Tune } from 'tfjs-generative/music';
import { cellsInBar, encodeGrid, type GridVocabulary } from './grid.js';
import { rotate, type Hole } from './holes.js';
import { LENGTH } from './model.js';

/** A tune on the grid. */
export interface Row {
  readonly tune: Tune;
  /** Its tokens, its end, and then -1. */
  readonly tokens: Int32Array;
  /** The class of its metre. */
  readonly metre: number;
  /** Cells of a bar. */
  readonly bar: number;
  /** Its cells, the end not included. */
  readonly cells: number;
}

/** Tunes on the grid; those with a cell or a metre that is not in the vocabulary are left out. */
export function rowsOf(tunes: readonly Tune[], vocabulary: GridVocabulary): Row[] {
  return tunes.flatMap((tune) => {
    const tokens = encodeGrid(tune, vocabulary, LENGTH);
    const metre = vocabulary.metres.indexOf(tune.metre);
    if (tokens === undefined || metre < 0) return [];
    const end = tokens.findIndex((token) => token < 0 || token === vocabulary.end);
    return [{ tune, tokens, metre, bar: cellsInBar(tune.metre), cells: end < 0 ? LENGTH : end }];
  });
}

/** The condition of rows with holes, float32 `[n, 3]`; a hole of no cells is none. */
export function conditionOf(rows: readonly Pick<Row, 'metre'>[], holes: readonly (Hole | undefined)[] = []): Tensor {
  const values = rows.flatMap(({ metre }, i) => [metre, holes[i]?.start ?? LENGTH, holes[i]?.count ?? 0]);
  return tf.tensor2d(values, [rows.length, 3]);
}

/** Rows as tokens, int32 `[n, LENGTH]`, each in the order of its hole. */
export function tokensOf(rows: readonly Pick<Row, 'tokens'>[], holes: readonly (Hole | undefined)[] = []): Tensor {
  const data = rows.flatMap(({ tokens }, i) => [...(holes[i] === undefined ? tokens : rotate(tokens, holes[i]))]);
  return tf.tensor2d(data, [rows.length, LENGTH], 'int32');
}
