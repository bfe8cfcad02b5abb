import * as tf from '@tensorflow/tfjs-core';
import { batches, cosineSchedule, createAdam, createDenoiser, createDiffusionTrainer } from 'tfjs-generative';
import { createRandom, denoisingMlp, predictVelocity, sampleDpmSolver, train } from 'tfjs-generative';
import { startWasm } from 'tfjs-generative/wasm';

await startWasm();
const random = createRandom(1);
const angle = random.fork('data').uniform([2048], 0, 2 * Math.PI);
const circle = tf.stack([tf.cos(angle), tf.sin(angle)], 1); // your data: [examples, numbers]
const size = 2; // numbers in an example

const schedule = cosineSchedule({ steps: 200 });
const denoiser = createDenoiser(denoisingMlp({ size, random }), { schedule, predicts: predictVelocity });
const trainer = createDiffusionTrainer({ denoiser, optimizer: createAdam({ learningRate: 3e-3 }), random });
for await (const { epoch, metrics } of train(trainer, batches(circle, { batchSize: 128, random }), { epochs: 40 })) {
  if (epoch % 10 === 0) console.log(`epoch ${epoch}: loss ${metrics.loss.toFixed(3)}`);
}
console.log(await (await sampleDpmSolver(denoiser, { shape: [50, size], steps: 15, random })).array()); // 50 new points
