import { mkdir } from 'node:fs/promises';
import * as tf from '@tensorflow/tfjs-core';
import {
  batches,
  bernoulli,
  createAdam,
  createDecoder,
  createDiscriminator,
  createGaussianEncoder,
  createGenerator,
  createRandom,
  createVaeTrainer,
  flatten,
  mlp,
  reshape,
  saveCheckpoint,
  sequential,
} from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import { createTableModel, describeTable } from 'tfjs-generative/tables';
import { startWasm } from 'tfjs-generative/wasm';

/** 8x8 pictures of one bright row (labels 0-7) or column (8-15) each. */
function bars(count: number) {
  const data = new Float32Array(count * 64);
  const labels = Int32Array.from({ length: count }, (_, i) => i % 16);
  labels.forEach((label, i) => {
    for (let j = 0; j < 8; j++) data[64 * i + (label < 8 ? 8 * label + j : 8 * j + label - 8)] = 1;
  });
  return { images: { data, shape: [count, 8, 8, 1] }, labels: { data: labels, shape: [count] } };
}

/** The names that fragments in the docs may use; docs/getting-started.md lists them for the reader. */
export async function fixtures() {
  await startWasm();
  const random = createRandom(1);
  const encoder = createGaussianEncoder(
    sequential([flatten(), mlp({ sizes: [64, 64, 2 * 4], random: random.fork('encoder') })]),
    { latentSize: 4 },
  );
  const decoder = createDecoder(
    sequential([mlp({ sizes: [4, 64, 64], random: random.fork('decoder') }), reshape({ shape: [8, 8, 1] })]),
    { likelihood: bernoulli },
  );
  const trainer = createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 3e-3 }), random });
  const { images, labels } = bars(256);
  const source = batches(images, { batchSize: 64, random });
  const x = tf.tensor(images.data.subarray(0, 32 * 64), [32, 8, 8, 1]);
  const generator = createGenerator(
    sequential([mlp({ sizes: [4, 64, 64], random: random.fork('generator') }), reshape({ shape: [8, 8, 1] })]),
    { latentSize: 4 },
  );
  const discriminator = createDiscriminator(
    sequential([flatten(), mlp({ sizes: [64, 64, 1], random: random.fork('discriminator') })]),
  );
  const z = random.normal([32, 4]);
  const posterior = encoder.encode(x);
  const rows = Array.from({ length: 300 }, (_, i) => ({
    kind: i % 3 === 0 ? 'small' : 'large',
    size: (i % 3 === 0 ? 1 : 5) + (i % 7) / 10,
    price: i % 9 === 0 ? null : 10 * (i % 3) + (i % 5),
  }));
  const description = describeTable(rows);
  const tableModel = createTableModel({ description, width: 64, layers: 2, random: random.fork('table') });
  // The files that a fragment reads were written by another one.
  await mkdir('out', { recursive: true });
  await saveFile('run.safetensors', await saveCheckpoint(trainer, { data: source }));
  await saveFile('out/checkpoint.safetensors', await saveCheckpoint(trainer));
  const tables = { rows, description, tableModel };
  return {
    random,
    encoder,
    decoder,
    generator,
    discriminator,
    trainer,
    images,
    labels,
    source,
    x,
    z,
    posterior,
    ...tables,
  };
}
