// Loads what the page has kept, goes on from it for an epoch, and keeps that.
import * as tf from '@tensorflow/tfjs';
import { longRun } from './long-run.js';

await tf.setBackend('cpu');
onmessage = async ({ data }) => postMessage(await longRun(data));
