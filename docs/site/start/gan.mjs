import * as tf from '@tensorflow/tfjs-core';
import { batches, createAdam, createDiscriminator, createGanTrainer, createGenerator } from 'tfjs-generative';
import { createRandom, mlp, nonSaturatingLoss, r1Penalty, train } from 'tfjs-generative';
import { startWasm } from 'tfjs-generative/wasm';

await startWasm();
const random = createRandom(1);
const angle = random.fork('data').uniform([2048], 0, 2 * Math.PI);
const circle = tf.stack([tf.cos(angle), tf.sin(angle)], 1); // your data: [examples, numbers]
const size = 2; // numbers in an example

const generator = createGenerator(mlp({ sizes: [2, 64, 64, size], random }), { latentSize: 2 });
const discriminator = createDiscriminator(mlp({ sizes: [size, 64, 64, 1], random }));
const adam = () => createAdam({ learningRate: 2e-3, beta1: 0, beta2: 0.99 });
const optimizers = { generator: adam(), discriminator: adam() };
const penalty = (critic, real) => tf.mul(0.1, r1Penalty(critic, real)); // keeps all of the data in the game
const trainer = createGanTrainer({ generator, discriminator, loss: nonSaturatingLoss, optimizers, penalty, random });
for await (const { epoch, metrics } of train(trainer, batches(circle, { batchSize: 128, random }), { epochs: 40 })) {
  if (epoch % 10 === 0) console.log(`epoch ${epoch}: loss of D ${metrics.discriminatorLoss.toFixed(2)}`);
}
console.log(await generator.sample(50, random).array()); // 50 new points
