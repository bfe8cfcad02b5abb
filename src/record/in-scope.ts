import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap } from '@tensorflow/tfjs-core';

/** Runs a function in a tidy, which ends with the function, also if it is async: nothing else runs meanwhile. */
export async function inScope(run: () => NamedTensorMap | Promise<NamedTensorMap>): Promise<NamedTensorMap> {
  const engine = tf.engine();
  engine.startScope();
  let result: NamedTensorMap | undefined;
  try {
    const running = run();
    result = isPromise(running) ? await running : running;
    return result;
  } finally {
    engine.endScope(result && Object.values(result));
  }
}

function isPromise(value: NamedTensorMap | Promise<NamedTensorMap>): value is Promise<NamedTensorMap> {
  return typeof value.then === 'function';
}
