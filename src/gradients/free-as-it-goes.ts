import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from './tape.js';

type Gradients = Record<string, () => Tensor>;

/**
 * Makes the backward pass of the current gradient call free each tensor after its last use. tfjs keeps
 * everything that kernels saved, and all gradients, until the end; here those of a node are freed at the next node. Call it at the
 * end of the forward function. In a nested gradient call, it does nothing, because the outer backward pass still needs the tensors.
 */
export function freeAsItGoes(): void {
  if (gradientDepth() !== 1) return;
  const lastOfForward = tf.tidy(() => tf.scalar(0).id);
  // a gradient that is passed on unchanged may be passed to several nodes
  const handedOn = new WeakSet<Tensor>();
  const isFree = (dy: Tensor | null): dy is Tensor =>
    dy !== null && dy.id > lastOfForward && !dy.kept && !handedOn.has(dy);
  let done: readonly Tensor[] = [];
  for (const node of tf.engine().state.activeTape) {
    const { gradient, saved = [] } = node;
    if (gradient === undefined) continue;
    node.gradient = (dys: (Tensor | null)[]): Gradients => {
      tf.dispose(done.filter((tensor) => !handedOn.has(tensor)));
      done = [...saved, ...dys.filter(isFree)];
      const gradients = gradient(dys as Tensor[]);
      const watched: Gradients = {};
      for (const name of Object.keys(gradients)) {
        const of = gradients[name]!;
        watched[name] = () => {
          const dx = of();
          if (done.includes(dx)) handedOn.add(dx);
          return dx;
        };
      }
      return watched;
    };
  }
}
