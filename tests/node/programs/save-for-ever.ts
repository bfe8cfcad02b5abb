/** Saves one model after the other under one name, until it is killed: save-for-ever.ts FILE. Says so after the first. */
import * as tf from '@tensorflow/tfjs';
import { mlp, createRandom, saveWeights } from '../../../src/index.js';
import { saveFile } from '../../../src/node/index.js';

const [path] = process.argv.slice(2) as [string];
await tf.setBackend('cpu');
const network = mlp({ sizes: [300, 300], random: createRandom(1) });
for (let i = 0; ; i++) {
  network.variables[1]!.assign(tf.fill([300], i));
  await saveFile(path, await saveWeights(network));
  if (i === 0) process.stdout.write('begun\n');
}
