import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from './tape.js';

/** The method with which tfjs saves tensors for a backward pass. It is not part of tfjs 4's public API. */
interface SavingEngine {
  clone(x: Tensor): Tensor;
}

/** Whether tensors are currently saved by reference, stored on the engine whose method was replaced, for every copy of this module. */
interface Saving {
  isByReference: boolean;
}
const SAVING: unique symbol = Symbol.for('tfjs-generative: saving by reference') as never;
type Engine = ReturnType<typeof tf.engine> & { [SAVING]?: Saving };

/**
 * Runs a gradient call in which tfjs saves tensors for the backward pass as further references to their numbers. Otherwise tfjs runs a
 * kernel for each and records it on the tape, which is a third of all kernel calls of a small network's step. In nested gradients
 * it still does, because there the copy leads the second derivative back to the original.
 */
export function saveByReference<T>(f: () => T): T {
  const engine: Engine = tf.engine();
  const saving = (engine[SAVING] ??= prepare(engine));
  const before = saving.isByReference;
  saving.isByReference = true;
  try {
    return f();
  } finally {
    saving.isByReference = before;
  }
}

/** Replaces the method permanently, because V8 is slow with objects from which a property was deleted. */
function prepare(engine: Engine): Saving {
  const saving = { isByReference: false };
  const own = engine as unknown as SavingEngine;
  const copy = own.clone.bind(own);
  own.clone = (x) => {
    if (!saving.isByReference || gradientDepth() !== 1 || x.dtype === 'string') return copy(x);
    engine.backend.incRef(x.dataId);
    return engine.makeTensorFromTensorInfo(x);
  };
  return saving;
}
