import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach } from 'vitest';

/** Frees what each test of this file makes, variables too. Files share a process: a test file calls it, at its top. */
export function inScope(): void {
  beforeEach(() => {
    tf.engine().startScope();
  });
  afterEach(() => {
    tf.engine().endScope();
    tf.disposeVariables();
  });
}
