import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  describeCheckpoint,
  loadCheckpoint,
  loadWeights,
  mlp,
  saveCheckpoint,
  type Optimizer,
} from '../../../src/index.js';
import { describeModel, loadModel } from '../../../src/model/index.js';
import { folderStore, saveFile } from '../../../src/node/index.js';
import { loadStateDict } from '../../../src/pytorch/index.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const network = () => mlp({ sizes: [2, 2], random: createRandom(1) });
function trainerOf(optimizer: Optimizer | tf.Optimizer, average?: number) {
  const [part, into] = [network(), network()];
  const averages = average === undefined ? {} : { averages: { part: { into, decay: average } } };
  return createTrainer({
    name: 'copy',
    parts: { part },
    ...averages,
    optimizer,
    random: createRandom(1),
    loss: ({ x, options }) => ({ loss: tf.mean(part.apply(x, options)) }),
  });
}
const adam = () => createAdam({ learningRate: 0.1 });
const sgd = () => tf.train.sgd(0.1);

const readers: Readonly<Record<string, (bytes: never) => unknown>> = {
  loadWeights: (bytes) => loadWeights(network(), bytes),
  loadStateDict: (bytes) => loadStateDict(network(), bytes),
  loadModel: (bytes) => loadModel(bytes),
  describeModel: (bytes) => describeModel(bytes),
  loadCheckpoint: (bytes) => loadCheckpoint(trainerOf(adam()), bytes),
  describeCheckpoint: (bytes) => describeCheckpoint(bytes),
};
const writers: Readonly<Record<string, (bytes: never) => unknown>> = {
  saveFile: (bytes) => saveFile('never-written', bytes),
  'folderStore.save': (bytes) => folderStore('never-written').save('a', bytes),
};

const messageOf = async (call: () => unknown): Promise<string> => {
  try {
    await call();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing was refused';
};

describe.each(Object.entries({ ...readers, ...writers }))('%s', (where, call) => {
  test.each<[string, unknown, string]>([
    ['a promise', Promise.resolve(new Uint8Array(8)), 'got an instance of Promise. Put await before what gives it.'],
    ['a Blob', new Blob(['x']), 'got an instance of Blob. Read it: new Uint8Array(await it.arrayBuffer()).'],
    ['a Response', new Response('x'), 'got an instance of Response. Read it: new Uint8Array(await it.arrayBuffer()).'],
    [
      'an ArrayBuffer',
      new ArrayBuffer(8),
      'got an instance of ArrayBuffer. Wrap an ArrayBuffer: new Uint8Array(buffer).',
    ],
  ])('says what to do with %s', async (_, bytes, found) => {
    expect(await messageOf(() => call(bytes as never))).toBe(`${where}: \`bytes\` must be a Uint8Array; ${found}`);
  });

  test('says what to do with a text: a reader may have passed a path, a writer the content', async () => {
    const fix =
      where in readers
        ? 'Read the file of that path: await loadFile(path).'
        : 'Write text with new TextEncoder().encode(text).';
    expect(await messageOf(() => call('out/run' as never))).toBe(
      `${where}: \`bytes\` must be a Uint8Array; got 'out/run'. ${fix}`,
    );
  });
});

test.each(Object.entries(readers))('%s names the remedy for a file of torch.save', async (where, call) => {
  // the beginnings of what torch 2.6 writes, by default and with _use_new_zipfile_serialization=False; and of a pickle of protocol 4
  for (const beginning of [
    '504b0304000008080000000000000000',
    '80028a0a6cfc9c46f9206aa850192e80',
    '80049512340000000000007d942800',
  ]) {
    const bytes = new Uint8Array(400);
    bytes.set(Buffer.from(beginning, 'hex'));
    expect(await messageOf(() => call(bytes as never))).toBe(
      `${where}: \`bytes\` must be a safetensors file; got a zip or pickle, as torch.save writes. ` +
        'Write it in Python with safetensors.torch.save_file(model.state_dict(), path).',
    );
  }
});

describe('a checkpoint of another optimizer, or of other averages', () => {
  const fix =
    'Make the trainer with the optimizers and averages that it was saved with: describeCheckpoint lists them.';
  test.each([
    ['Adam into SGD', adam, sgd, [undefined, undefined]],
    ['SGD into Adam', sgd, adam, [undefined, undefined]],
    ['SGD into momentum', sgd, () => tf.train.momentum(0.1, 0.9), [undefined, undefined]],
    ['averages into none', adam, adam, [0.9, undefined]],
    ['none into averages', adam, adam, [undefined, 0.9]],
  ] as const)('says so: %s', async (_, from, into, [saved, made]) => {
    const bytes = await saveCheckpoint(trainerOf(from(), saved));
    const trainer = trainerOf(into(), made);
    for (const waive of [[], ['optimizer']]) {
      const message = await messageOf(() => loadCheckpoint(trainer, bytes, { waive }));
      expect(message).toMatch(/^loadCheckpoint: `bytes(: \w+\.\d+)?` must [^\n]*; got /);
      expect(message.endsWith(fix)).toBe(true);
    }
  });

  test('is not named in the error if the model has another size', async () => {
    const bytes = await saveCheckpoint(trainerOf(adam()));
    const other = mlp({ sizes: [2, 3, 2], random: createRandom(1) });
    const options = { name: 'copy', parts: { part: other }, optimizer: adam(), random: createRandom(1) };
    const trainer = createTrainer({ ...options, loss: ({ x }) => ({ loss: tf.mean(other.apply(x)) }) });
    expect(await messageOf(() => loadCheckpoint(trainer, bytes))).toMatch(/sizes it was saved with\.$/);
  });
});
