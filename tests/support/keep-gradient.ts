import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';
import { afterAll } from 'vitest';

/** Puts tfjs's own gradient of a kernel back after the tests of a file: files share a process, and some of them test what it lacks. */
export function keepGradient(kernelName: string): void {
  // tfjs's types wrongly promise a gradient for every kernel
  const own = tf.getGradient(kernelName) as GradConfig | undefined;
  afterAll(() => {
    if (own === undefined) return;
    tf.unregisterGradient(kernelName);
    tf.registerGradient(own);
  });
}
