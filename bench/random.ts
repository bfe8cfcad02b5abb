// Time of 128 x 784 standard normals on wasm: tfjs's own against a RandomStream. Run: npx tsx bench/random.ts
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-wasm';
import { createRandom } from '../src/random/index.js';

const shape: [number, number] = [128, 784];
const rounds = 100;

await tf.setBackend('wasm');
const random = createRandom(0);
const contestants = {
  'tf.randomNormal': () => tf.randomNormal(shape, 0, 1, 'float32', 1),
  'random.normal': () => random.normal(shape),
  'random.uniform': () => random.uniform(shape),
};
const minima: Record<string, number> = {};

// Interleaved, so that a busy machine slows all alike; the minimum is what the code needs when nothing disturbs it.
for (let round = 0; round < rounds; round++) {
  for (const [name, draw] of Object.entries(contestants)) {
    const start = performance.now();
    const values = draw();
    const elapsed = performance.now() - start;
    values.dispose();
    minima[name] = Math.min(minima[name] ?? Infinity, elapsed);
  }
}

const values = shape[0] * shape[1];
for (const [name, milliseconds] of Object.entries(minima)) {
  console.log(
    `${name.padEnd(16)} ${milliseconds.toFixed(3)} ms  ${((milliseconds / values) * 1e6).toFixed(1)} ns a value`,
  );
}
console.log(
  `random.normal is ${(minima['tf.randomNormal']! / minima['random.normal']!).toFixed(1)} times as fast as tf.randomNormal`,
);
