// Trains each trainer of the contract for some steps, on cpu and on wasm with one thread, and prints a hash of its state: weights, moments,
// averages, random states. Equal lines before and after a change mean equal bits: npm run tool -- trainer-bits [STEPS]
import { createHash } from 'node:crypto';
import * as tf from '@tensorflow/tfjs';
import { trainers } from '../tests/contract/trainers.js';
import * as lib from '../src/index.js';
import { enableWasmTraining } from '../src/wasm/index.js';

import '@tensorflow/tfjs-backend-wasm';

const steps = Number(process.argv[2] ?? 20);

const images = () => [1, 2, 3].map((seed) => lib.createRandom(seed).uniform([4, 8, 8, 1], 0, 1));

/** Convolutional models, which the contract's list does not have. */
const pictures = [
  {
    name: 'a convolutional VAE',
    make: () => {
      const random = lib.createRandom(1);
      return lib.createVaeTrainer({
        encoder: lib.createGaussianEncoder(lib.convEncoder({ shape: [8, 8, 1], outputs: 4, widths: [4, 6], random }), {
          latentSize: 2,
        }),
        decoder: lib.createDecoder(lib.convDecoder({ inputs: 2, shape: [8, 8, 1], widths: [6, 4], random }), {
          likelihood: lib.bernoulli,
        }),
        optimizer: lib.createAdam({ learningRate: 0.01 }),
        random,
      });
    },
    batches: images,
  },
  {
    name: 'a U-Net',
    make: () => {
      const random = lib.createRandom(1);
      const network = lib.unet({ channels: 1, widths: [4, 8], groups: 2, random });
      return lib.createDiffusionTrainer({
        denoiser: lib.createDenoiser(network, {
          schedule: lib.cosineSchedule({ steps: 20 }),
          predicts: lib.predictVelocity,
        }),
        optimizer: lib.createAdam({ learningRate: 0.01 }),
        random,
      });
    },
    batches: images,
  },
];

async function hash(tensors: readonly tf.Tensor[]): Promise<string> {
  const sum = createHash('sha256');
  for (const tensor of tensors) {
    // on cpu, the numbers of a slice are a view of a larger buffer
    const { buffer, byteOffset, byteLength } = await tensor.data();
    sum.update(Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength));
  }
  return sum.digest('hex').slice(0, 16);
}

for (const backend of ['cpu', 'wasm']) {
  if (backend === 'wasm') await enableWasmTraining({ threads: 1 });
  await tf.setBackend(backend);
  for (const { name, make, batches } of [...trainers, ...pictures]) {
    try {
      const trainer = make();
      const data = batches();
      const metrics: number[] = [];
      for (let i = 0; i < steps; i++) {
        for (const metric of Object.values(trainer.step(data[i % data.length]!))) {
          metrics.push((await metric.data())[0]!);
          metric.dispose();
        }
      }
      const state = trainer.state;
      const numbers = createHash('sha256')
        .update(JSON.stringify([metrics, state.plain]))
        .digest('hex');
      console.log(backend, await hash(Object.values(state.variables)), numbers.slice(0, 8), name);
    } catch (error) {
      console.log(backend, 'failed', name, String(error).slice(0, 200));
    }
  }
}
process.exit(0);
