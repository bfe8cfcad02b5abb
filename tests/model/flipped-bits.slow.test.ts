import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import {
  batchNorm,
  createAdam,
  createDecoder,
  createGaussianEncoder,
  createRandom,
  createVaeTrainer,
  bernoulli,
  dense,
  describeCheckpoint,
  loadCheckpoint,
  loadWeights,
  mlp,
  saveCheckpoint,
  saveWeights,
  sequential,
  type Network,
  type Part,
} from '../../src/index.js';
import { describeModel, fetchModel, loadModel, saveModel } from '../../src/model/index.js';
import { loadStateDict, saveStateDict } from '../../src/pytorch/index.js';
import { savedVariables } from '../../src/training/trainer/trainer.js';
import { decodeSafetensors, encodeSafetensors } from '../support/safetensors.js';
import { inScope } from '../support/in-scope.js';

inScope();

const network = (seed: number): Network =>
  sequential([dense({ inputs: 1, units: 2, random: createRandom(seed) }), batchNorm({ inputs: 2 })]);
const numbersOf = async (part: Part) =>
  JSON.stringify(await Promise.all(savedVariables(part).map(async (variable) => [...(await variable.data())])));

/** What a reader finds in a file, as text; it rejects what it refuses. */
type Read = (bytes: Uint8Array) => Promise<string>;

/** A reader that puts the numbers of a file into a network. */
const into =
  (load: (part: Part, bytes: Uint8Array) => Promise<unknown>): Read =>
  async (bytes) => {
    const target = network(7);
    try {
      await load(target, bytes);
      return await numbersOf(target);
    } finally {
      target.dispose();
    }
  };

const made =
  (load: (bytes: Uint8Array<ArrayBuffer>) => Promise<unknown>): Read =>
  async (bytes) => {
    const part = (await load(Uint8Array.from(bytes))) as Part;
    try {
      return await numbersOf(part);
    } finally {
      part.dispose();
    }
  };

async function fetched(bytes: Uint8Array<ArrayBuffer>): Promise<unknown> {
  const url = URL.createObjectURL(new Blob([bytes]));
  try {
    return await fetchModel(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

function run(seed: number) {
  const random = createRandom(seed);
  const encoder = createGaussianEncoder(mlp({ sizes: [1, 2], random }), { latentSize: 1 });
  const decoder = createDecoder(mlp({ sizes: [1, 1], random }), { likelihood: bernoulli });
  return createVaeTrainer({ encoder, decoder, optimizer: createAdam({ learningRate: 0.1 }), random });
}

const checkpointInto: Read = async (bytes) => {
  const trainer = run(7);
  try {
    await loadCheckpoint(trainer, bytes);
    const { variables, plain } = trainer.state;
    return JSON.stringify([plain, await Promise.all(Object.values(variables).map(async (x) => [...(await x.data())]))]);
  } finally {
    trainer.dispose();
    tf.disposeVariables();
  }
};

/** Files of each kind, the readers that take them, and of how many bits one is turned: an odd number, so that it is each of a byte in turn. */
const files: Readonly<Record<string, [write: () => Promise<Uint8Array>, every: number, read: Read]>> = {
  'weights, by loadWeights': [() => saveWeights(network(1)), 1, into(loadWeights)],
  'weights in halves, by loadWeights': [() => saveWeights(network(1), { dtype: 'F16' }), 3, into(loadWeights)],
  'a model, by loadWeights': [() => saveModel(network(1)), 5, into(loadWeights)],
  'a model, by loadModel': [() => saveModel(network(1)), 5, made(loadModel)],
  'a model, by fetchModel': [() => saveModel(network(1)), 17, made(fetched)],
  'a model, by describeModel': [
    () => saveModel(network(1), { metadata: 'digits' }),
    5,
    async (bytes) => JSON.stringify(describeModel(bytes)),
  ],
  'a state dict, by loadStateDict': [() => saveStateDict(network(1)), 3, into(loadStateDict)],
  'a state dict in halves, by loadStateDict': [
    () => saveStateDict(network(1), { dtype: 'F16' }),
    3,
    into(loadStateDict),
  ],
  'a checkpoint, by loadCheckpoint': [() => saveCheckpoint(run(1)), 11, checkpointInto],
  'a checkpoint, by describeCheckpoint': [
    () => saveCheckpoint(run(1), { metadata: { width: 2 } }),
    5,
    async (bytes) => JSON.stringify(describeCheckpoint(bytes)),
  ],
};

test.each(Object.entries(files))(
  '%s: whichever bit is turned, the file is refused or holds what was saved',
  { timeout: 120_000 },
  async (_, [write, every, read]) => {
    const file = await write();
    tf.disposeVariables();
    const whole = await read(file);
    const wrong: number[] = [];
    for (let bit = 0; bit < 8 * file.length; bit += every) {
      const flipped = file.slice();
      flipped[bit >> 3]! ^= 1 << (bit & 7);
      const found = await read(flipped).catch(() => whole);
      if (found !== whole) wrong.push(bit);
    }
    expect(wrong).toEqual([]);
  },
);

test('flipped bits of tensors are rejected even if the name of the format or a key of the metadata is damaged too', async () => {
  const from = new TextDecoder('latin1');
  for (const [file, read] of [
    [await saveWeights(network(1)), into(loadWeights)],
    [await saveModel(network(1)), into(loadWeights)],
    [await saveStateDict(network(1)), into(loadStateDict)],
  ] as const) {
    const text = from.decode(file);
    for (const word of ['format', 'checksums', 'tfjs-generative', '"pt"', ' weights 1', ' model 1']) {
      const place = text.indexOf(word);
      if (place < 0) continue;
      for (let bit = 0; bit < 8 * word.length; bit++) {
        const flipped = file.slice();
        flipped[place + (bit >> 3)]! ^= 1 << (bit & 7);
        flipped[flipped.length - 2]! ^= 1;
        await expect(read(flipped), `${word}, bit ${bit}`).rejects.toThrow();
      }
    }
  }
});

test('a state dict with the counter of a batch norm, the first two lines of the PyTorch page, comes back', async () => {
  const [saved, target] = [network(1), network(2)];
  await loadStateDict(target, await saveStateDict(saved));
  expect(await numbersOf(target)).toBe(await numbersOf(saved));
});

test('files from other programs load, with their own metadata or without', async () => {
  const saved = decodeSafetensors('test', await saveWeights(network(1))).tensors;
  const tensors = [...saved].map(([name, rest]) => ({ name, ...rest }));
  for (const metadata of [
    {},
    { format: 'pt' },
    { format: 'tf', checksum: 'none' },
    { config: '{"metadata":"x","layers":3}', format: 'flax' },
  ] as Record<string, string>[]) {
    const target = network(2);
    await loadWeights(target, encodeSafetensors({ tensors, metadata }));
    expect(await numbersOf(target)).toBe(await numbersOf(network(1)));
  }
});
