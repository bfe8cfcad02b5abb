/** Starts WebGPU twice at once, computes on it, and ends. With `late`, tfjs's package comes before there is a `navigator.gpu`. */
import * as tf from '@tensorflow/tfjs';
import { startWebgpu } from '../../../src/node/index.js';

if (process.argv[2] === 'late') await import('@tensorflow/tfjs-backend-webgpu');
const [first, second] = await Promise.all([startWebgpu(), startWebgpu()]);
const backend = tf.backend();
const third = await startWebgpu();
const sum = await tf.sum(tf.matMul(tf.ones([40, 50]), tf.ones([50, 60]))).data();
console.log(
  JSON.stringify({
    reports: [first, second, third],
    backend: tf.getBackend(),
    same: tf.backend() === backend,
    sum: sum[0],
  }),
);
