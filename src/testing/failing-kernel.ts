import * as tf from '@tensorflow/tfjs-core';

/** The method that tfjs's engine calls for each kernel. */
interface Engine {
  runKernel: (name: string, ...rest: unknown[]) => unknown;
}

/** Runs `f` and counts the kernels that tfjs calls in it. */
export function countKernels(f: () => void): number {
  let calls = 0;
  watch(() => void calls++, f);
  return calls;
}

/** Runs `f`, in which the n-th kernel call, counted from 0, throws `error`. */
export function failAt(n: number, error: Error, f: () => void): void {
  let calls = 0;
  watch(() => {
    if (calls++ === n) throw error;
  }, f);
}

/** Kernels that only share a buffer: they cannot fail, and after an error in one, tfjs would not free what it kept for a gradient. */
const SHARING = ['Identity', 'Reshape'];

/** Runs `f`, calling `before` before each kernel that computes. */
function watch(before: () => void, f: () => void): void {
  const engine = tf.engine() as unknown as Engine;
  const { runKernel } = engine;
  engine.runKernel = (name, ...rest) => {
    if (!SHARING.includes(name)) before();
    return runKernel.call(engine, name, ...rest);
  };
  try {
    f();
  } finally {
    // an own property hides the method of the class
    delete (engine as Partial<Engine>).runKernel;
  }
}
