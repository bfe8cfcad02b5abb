import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { gradientDepth } from './tape.js';

/** The method by which tfjs saves tensors for a backward pass. It is not part of tfjs 4's public API. */
interface SavingEngine {
  clone(x: Tensor): Tensor;
}

/** Engines whose method was replaced. It stays: an object from which a property was deleted is slow in V8. */
const prepared = new WeakSet<object>();
let isOn = false;

/**
 * Runs a gradient call in which tfjs saves tensors for the backward pass as further references to their numbers. By itself it runs a
 * kernel for each and records that on the tape, which is a third of all kernel calls of a small network's step. Inside a gradient of a
 * gradient it still does: there the copy leads the second derivative back to the original.
 */
export function saveByReference<T>(f: () => T): T {
  const engine = tf.engine();
  if (!prepared.has(engine)) prepare(engine);
  const wasOn = isOn;
  isOn = true;
  try {
    return f();
  } finally {
    isOn = wasOn;
  }
}

function prepare(engine: ReturnType<typeof tf.engine>): void {
  prepared.add(engine);
  const saving = engine as unknown as SavingEngine;
  const copy = saving.clone.bind(saving);
  saving.clone = (x) => {
    if (!isOn || gradientDepth() !== 1 || x.dtype === 'string') return copy(x);
    engine.backend.incRef(x.dataId);
    return engine.makeTensorFromTensorInfo(x);
  };
}
