/** The worker of tests/node/run-worker.node.test.ts: it serves a run of updates that take a while, or fails in some way. */
import { parentPort, workerData } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Trainer } from '../../../src/index.js';
import { createRun, serveRun, type RunSettings } from '../../../src/run/index.js';

if (workerData === 'throws at once') throw new Error('nothing to serve');

/** Blocks the thread for 40 ms an update. */
const trainer: Trainer<'loss'> = {
  step: () => {
    for (const end = performance.now() + 40; performance.now() < end;);
    if (workerData === 'exits') process.exit(7);
    if (workerData === 'throws')
      setTimeout(() => {
        throw new TypeError('not caught');
      });
    return { loss: tf.scalar(1) };
  },
  evaluate: () => ({ loss: tf.scalar(1) }),
  state: { variables: {}, plain: null },
  dispose: () => undefined,
};

serveRun(parentPort!, (settings: RunSettings) => createRun(trainer, [tf.zeros([1, 2])], settings));
