// Trains in Node without TensorFlow.js and without this library: npx tsx examples/onnx-training/node.ts [STEPS] [MODEL]
import { readFile, writeFile } from 'node:fs/promises';
import * as runtime from 'onnxruntime-web';
import { FOLDER, MODELS, openTraining } from './open-training.js';
import { writeSafetensors } from './safetensors.js';

// more threads than one help large batches only
runtime.env.wasm.numThreads = 1;
const [count = '100', only] = process.argv.slice(2);
const steps = Number(count);

for (const model of only === undefined ? MODELS : [only]) {
  const { replay, metrics, batch } = await openTraining((file) => readFile(`${FOLDER}/${model}/${file}`), {
    runtime,
    seed: 1,
  });
  const [loss] = metrics as [string];
  const losses: number[] = [];
  const began = performance.now();
  for (let step = 0; step < steps; step++) losses.push((await replay.step(batch(step)))[loss]!);
  const milliseconds = (performance.now() - began) / steps;
  await writeFile(`${FOLDER}/${model}/trained.safetensors`, writeSafetensors(await replay.read()));
  const mean = (some: readonly number[]): string => (some.reduce((sum, x) => sum + x, 0) / some.length).toFixed(3);
  const tenth = Math.ceil(steps / 10);
  const [first, last] = [mean(losses.slice(0, tenth)), mean(losses.slice(-tenth))];
  console.log(`${model}: ${loss} ${first} -> ${last} in ${steps} steps of ${milliseconds.toFixed(1)} ms`);
  await replay.dispose();
}
