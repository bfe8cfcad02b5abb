import * as tf from '@tensorflow/tfjs-core';
import type { RandomStream } from 'tfjs-generative';
import type { TokenModel } from 'tfjs-generative/tokens';
import { rotate, type Hole } from './holes.js';
import { conditionOf, type Row } from './rows.js';

/** What {@link fillHole} takes. */
export interface FillOptions {
  readonly random: RandomStream;
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A row with new cells in a hole, which a causal model draws from the cells on both sides. */
export async function fillHole(
  model: TokenModel,
  { tokens, metre }: Pick<Row, 'tokens' | 'metre'>,
  hole: Hole,
  options: FillOptions,
): Promise<Int32Array> {
  const rotated = rotate(tokens, hole);
  const first = rotated.length - hole.count;
  // in training, places without a cell were read as token 0
  const known = rotated.map((token, place) => (place < first ? Math.max(0, token) : -1));
  const condition = conditionOf([{ metre }], [hole]);
  const given = tf.tensor2d(known, [1, known.length], 'int32');
  const drawn = await model.sample(1, { ...options, known: given, condition });
  const data = await drawn.data();
  tf.dispose([condition, given, drawn]);
  const filled = Int32Array.from(tokens);
  // an end, which is the last token, would be an empty cell
  filled.set(
    data.slice(first).map((token) => (token === model.tokens - 1 ? 0 : token)),
    hole.start,
  );
  return filled;
}
