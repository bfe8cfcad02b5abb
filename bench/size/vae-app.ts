// A complete app for the size check, which trains a VAE on wasm in a browser and shows a sample. It imports tfjs-core,
// every gradient and one backend, as an app would if its size matters.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import '@tensorflow/tfjs-backend-wasm';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  mlp,
  train,
} from 'tfjs-generative';

await tf.setBackend('wasm');

const random = createRandom(1);
const encoder = createGaussianEncoder(mlp({ sizes: [784, 512, 40], random: random.fork('encoder') }), {
  latentSize: 20,
});
const decoder = createDecoder(mlp({ sizes: [20, 512, 784], random: random.fork('decoder') }), {
  likelihood: bernoulli,
});
const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });

const response = await fetch('images.bin');
const pixels = new Uint8Array(await response.arrayBuffer());
const images = batches({ data: pixels, shape: [pixels.length / 784, 784] }, { batchSize: 128, random });
for await (const report of train(trainer, images, { epochs: 10 })) {
  document.title = `epoch ${report.epoch}: ${report.metrics.elbo.toFixed(1)} nats`;
}
console.log(await decoder.mean(random.normal([1, 20])).data());
