import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { currentTape } from './tape.js';

/**
 * Moves the copies that an operation has kept of its outputs to behind the operation on the tape, where they belong.
 *
 * tfjs notes such a copy before the operation. Walked backwards, the tape hands the copy's gradient on after the operation
 * has been passed, and it is lost (tfjs issue 3252).
 */
export function moveBehindSource(kept: readonly Tensor[]): void {
  // Without a tape nobody differentiates what the copies are used for.
  if (currentTape() === undefined) return;
  const tape = tf.engine().state.activeTape;
  for (const copy of kept) {
    const from = tape.findIndex(({ outputs }) => outputs[0] === copy);
    const source = tape[from]?.inputs['x'];
    const made = tape.findIndex(({ outputs }) => outputs.some((output) => output === source));
    if (source !== undefined && made > from) tape.splice(made, 0, ...tape.splice(from, 1));
  }
}
