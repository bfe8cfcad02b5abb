import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach } from 'vitest';
import { readsAreDone } from './close.js';

/** Disposes the tensors and variables that each test of a file makes. Files share a process, so each test file calls it at its top. */
export function inScope(): void {
  beforeEach(() => {
    tf.engine().startScope();
  });
  afterEach(async () => {
    await readsAreDone();
    tf.engine().endScope();
    tf.disposeVariables();
  });
}
