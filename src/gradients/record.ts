import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { freeAsItGoes } from './free-as-it-goes.js';
import { freeNodes, freeTape } from './free-tape.js';
import { saveByReference } from './save-by-reference.js';

/** A computation whose gradient can be taken later. */
export interface Recording {
  /** The result of the computation. */
  readonly output: Tensor;
  /**
   * The gradients of sum(dy * output) with respect to each of `xs`, null if the output does not depend on one. It may be called
   * only once, because it frees what the recording kept.
   */
  pullBack(dy: Tensor, xs: readonly Tensor[]): readonly (Tensor | null)[];
  /** Frees what is kept for the gradient; does nothing after `pullBack`. */
  free(): void;
}

/**
 * Computes f() on its own tape, and keeps the tape: the gradient with respect to what f() used can be taken after
 * other computations, of a loss that is not known yet. tfjs's own gradient calls discard the tape at their end.
 *
 * @param f - called once, immediately; a gradient call around this one does not record it
 */
export function record(f: () => Tensor): Recording {
  const { state } = tf.engine();
  const { activeTape, gradientDepth } = state;
  let tape: typeof activeTape = [];
  [state.activeTape, state.gradientDepth] = [tape, 1];
  let output: Tensor;
  try {
    output = saveByReference(() => tf.tidy(f));
  } catch (error) {
    freeNodes(state.activeTape);
    throw error;
  } finally {
    [state.activeTape, state.gradientDepth] = [activeTape, gradientDepth];
  }
  return {
    output,
    pullBack: (dy, xs) => {
      try {
        const replay = (): Tensor => {
          tf.engine().state.activeTape.push(...tape);
          tape = [];
          freeAsItGoes();
          return output;
        };
        return tf.engine().gradients(replay, [...xs], dy, true).grads;
      } catch (error) {
        freeTape();
        throw error;
      }
    },
    free: () => {
      freeNodes(tape);
      tape = [];
    },
  };
}
