import * as tf from '@tensorflow/tfjs-core';
import { batches, createAdam, createDecoder, createGaussianEncoder } from 'tfjs-generative';
import { createPriorSampler, createRandom, createVaeTrainer, gaussian, mlp, train } from 'tfjs-generative';
import { startWasm } from 'tfjs-generative/wasm';

await startWasm();
const random = createRandom(1);
const angle = random.fork('data').uniform([2048], 0, 2 * Math.PI);
const circle = tf.stack([tf.cos(angle), tf.sin(angle)], 1); // your data: [examples, numbers]
const size = 2; // numbers in an example

const encoder = createGaussianEncoder(mlp({ sizes: [size, 64, 4], random }), { latentSize: 2 });
const decoder = createDecoder(mlp({ sizes: [2, 64, size], random }), { likelihood: gaussian({ variance: 0.01 }) });
const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 3e-3 }), random });
for await (const { epoch, metrics } of train(trainer, batches(circle, { batchSize: 128, random }), { epochs: 20 })) {
  console.log(`epoch ${epoch}: ELBO ${metrics.elbo.toFixed(2)} nats`);
}
console.log(await createPriorSampler(decoder, { latentSize: 2 }).draw(50, random).array()); // 50 new points
