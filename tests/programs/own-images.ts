// An app with colour pictures of its own, as bytes on the host: a convolutional VAE, a decoder to ship, and new pictures.
import * as tf from '@tensorflow/tfjs';
import { start } from './backend.js';
import {
  activeUnits, batches, convDecoder, convEncoder, createAdam, createDecoder, createGaussianEncoder, createRandom, createVaeTrainer,
  discretizedLogistic, elboObjective, imageGrid, interpolate, linearRamp, loadWeights, saveWeights, sphericalPath, train,
} from 'tfjs-generative';
import { sharpness } from 'tfjs-generative/metrics';

await start();
const random = createRandom(11);

/** 12x12 pictures of one coloured square on grey; a browser would fill the same array from a canvas. */
function squares(count: number): { data: Uint8Array; shape: [number, number, number, number] } {
  const data = new Uint8Array(count * 12 * 12 * 3).fill(200);
  for (let i = 0; i < count; i++) {
    const [top, left, colour] = [i % 7, Math.floor(i / 7) % 7, i % 3];
    for (let y = 0; y < 5; y++) for (let x = 0; x < 5; x++) data[((i * 12 + top + y) * 12 + left + x) * 3 + colour] = 20;
  }
  return { data, shape: [count, 12, 12, 3] };
}

const likelihood = discretizedLogistic({ levels: 256 });
const shape = [12, 12, 3 * likelihood.parameterSize] as const;
const encoder = createGaussianEncoder(convEncoder({ shape: [12, 12, 3], widths: [16, 32], outputs: 16, random: random.fork('encoder') }), { latentSize: 8 });
const decoder = createDecoder(convDecoder({ inputs: 8, shape, widths: [32, 16], random: random.fork('decoder') }), { likelihood });
const trainer = createVaeTrainer({
  encoder, decoder, random, clipNorm: 1000,
  optimizer: createAdam({ learningRate: 3e-3 }),
  objective: elboObjective({ beta: linearRamp({ from: 0, to: 1, steps: 100 }) }),
});

const pictures = squares(441);
const elbos: number[] = [];
for await (const { epoch, metrics, verdicts } of train(trainer, batches(pictures, { batchSize: 49, random }), { epochs: 60 })) {
  elbos.push(metrics.elbo);
  if (epoch % 10 === 0) console.log(`epoch ${epoch}: ${(-metrics.elbo / (432 * Math.LN2)).toFixed(2)} bits per number`, verdicts.map(({ message }) => message));
}

const x = tf.div(tf.tensor4d(Float32Array.from(pictures.data.subarray(0, 49 * 432)), [49, 12, 12, 3]), 255);
const { mean } = encoder.encode(x); // the embedding
const copies = decoder.mean(mean); // the reconstruction
const error = (await tf.tidy(() => tf.mean(tf.abs(tf.sub(x, copies)))).data())[0]!;
const { count } = await activeUnits(mean);
console.log(`mean error ${error}, ${count} of 8 latents in use, sharpness ${(await sharpness(x)).value} and ${(await sharpness(copies)).value}`);

// the phone gets the decoder alone
const shipped = createDecoder(convDecoder({ inputs: 8, shape, widths: [32, 16], random: createRandom(0) }), { likelihood });
await loadWeights(shipped, await saveWeights(decoder));
const way = tf.tidy(() => interpolate(tf.gather(mean, 0), tf.gather(mean, 40), { steps: 8, path: sphericalPath }));
const strip = tf.tidy(() => imageGrid(shipped.mean(way), { columns: 8 }));
console.log(strip.shape);

if (!(elbos.at(-1)! > elbos[0]! + 300 && error < 0.1 && count >= 2)) throw new Error(`${elbos[0]} to ${elbos.at(-1)}, error ${error}, ${count} latents`);
if (strip.shape.join() !== '12,96,3') throw new Error(`the strip has shape ${strip.shape}`);
