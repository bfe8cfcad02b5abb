import * as tf from '@tensorflow/tfjs-core';

/** Where the engine keeps the last start of a backend; the same in every entry. */
const LAST: unique symbol = Symbol.for('tfjs-generative: last start') as never;
type Marked = ReturnType<typeof tf.engine> & { [LAST]?: Promise<unknown> };

/** Starts a backend once the start before has ended: of two starts at once, tfjs drops the first and says that it failed. */
export function inTurn<T>(start: () => Promise<T>): Promise<T> {
  const engine = tf.engine() as Marked;
  const turn = (engine[LAST] ?? Promise.resolve()).then(start);
  engine[LAST] = turn.catch(() => undefined);
  return turn;
}
