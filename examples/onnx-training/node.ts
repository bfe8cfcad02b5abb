// Trains in Node without TensorFlow.js and without this library: npx tsx examples/onnx-training/node.ts [STEPS]
import { readFile, writeFile } from 'node:fs/promises';
import * as runtime from 'onnxruntime-web';
import { FOLDER, MODELS, openTraining } from './open-training.js';
import { writeSafetensors } from './safetensors.js';

// more threads than one help large batches only
runtime.env.wasm.numThreads = 1;
const steps = Number(process.argv[2] ?? 100);

for (const model of MODELS) {
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
