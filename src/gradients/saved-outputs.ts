import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { currentTape } from './tape.js';

/**
 * Moves the copies that an operation saved of its outputs to their correct place on the tape, after the operation.
 *
 * tfjs records such a copy before the operation. In the backward pass, the copy's gradient then arrives after the operation
 * has been processed, and is lost (tfjs issue 3252).
 */
export function moveBehindSource(kept: readonly Tensor[]): void {
  // Without a tape, nothing computed from the copies will be differentiated.
  if (currentTape() === undefined) return;
  const tape = tf.engine().state.activeTape;
  for (const copy of kept) {
    const from = tape.findIndex(({ outputs }) => outputs[0] === copy);
    const source = tape[from]?.inputs['x'];
    const made = tape.findIndex(({ outputs }) => outputs.some((output) => output === source));
    if (source !== undefined && made > from) tape.splice(made, 0, ...tape.splice(from, 1));
  }
}
