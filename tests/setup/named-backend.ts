import * as tf from '@tensorflow/tfjs-core';

const name = process.env['BACKEND'] ?? '';
await import(/* @vite-ignore */ process.env['BACKEND_PACKAGE'] ?? '@tensorflow/tfjs-node');
if (!(await tf.setBackend(name))) throw new Error(`the backend ${name} did not start`);
await tf.ready();
