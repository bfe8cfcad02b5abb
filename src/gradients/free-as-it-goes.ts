import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from './tape.js';

type Gradients = Record<string, () => Tensor>;

/**
 * Has the backward pass of the gradient call that is being recorded free what it is done with: where tfjs itself keeps every
 * saved tensor and every gradient until the end, a node's are freed when the next one's turn comes. Call it at the end of
 * the forward function; inside of another gradient call, whose backward pass is still to come, it does nothing.
 */
export function freeAsItGoes(): void {
  if (gradientDepth() !== 1) return;
  let done: readonly Tensor[] = [];
  for (const node of tf.engine().state.activeTape) {
    const { gradient, saved } = node;
    if (gradient === undefined) continue;
    node.gradient = (dys: Tensor[]): Gradients => {
      tf.dispose([...done]);
      const mine = [...(saved ?? []), ...dys.filter((dy) => dy != null)];
      done = mine;
      const handedOn = (dx: Tensor): Tensor => {
        // a gradient may be handed on as it is
        if (mine.includes(dx)) done = done.filter((tensor) => tensor !== dx);
        return dx;
      };
      const gradients = gradient(dys) as unknown as Gradients;
      return Object.fromEntries(Object.entries(gradients).map(([name, of]) => [name, () => handedOn(of())]));
    };
  }
}
