import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { describeModel, fetchModel, loadModel, saveModel } from '../../src/model/index.js';
import { count } from '../support/counts.js';
import { createDice, kinds, type Dice } from '../training/saving/mutants.js';
import { edits, forge, mutantOf, textOf } from './description-mutants.js';

/** How many hostile files are read by each reader. */
const FILES = 200;

const random = g.createRandom(1);
const network = (): g.Network =>
  g.sequential([g.dense({ inputs: 2, units: 2, random }), g.batchNorm({ inputs: 2 }), g.dropout({ rate: 0.5 })]);
const run = (): g.Trainer => {
  const encoder = g.createGaussianEncoder(g.mlp({ sizes: [1, 2], random }), { latentSize: 1 });
  const decoder = g.createDecoder(g.mlp({ sizes: [1, 1], random }), { likelihood: g.bernoulli });
  return g.createVaeTrainer({ encoder, decoder, optimizer: g.createAdam({ learningRate: 0.1 }), random });
};

let files: { readonly kind: keyof typeof kinds; readonly bytes: Uint8Array; readonly isModel: boolean }[];
let trainer: g.Trainer;
let target: g.Network;

beforeAll(async () => {
  trainer = run();
  target = network();
  files = [
    { kind: 'weights', bytes: await saveModel(network(), { metadata: { a: [1] } }), isModel: true },
    { kind: 'weights', bytes: await g.saveWeights(network()), isModel: false },
    { kind: 'checkpoint', bytes: await g.saveCheckpoint(trainer), isModel: false },
  ];
});
afterAll(() => {
  tf.disposeVariables();
});

async function fetched(bytes: Uint8Array): Promise<unknown> {
  const url = URL.createObjectURL(new Blob([Uint8Array.from(bytes)]));
  try {
    return await fetchModel(url);
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** All readers; what one of a model makes is disposed. */
const readers: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  loadModel,
  fetchModel: fetched,
  describeModel,
  loadWeights: (bytes) => g.loadWeights(target, bytes),
  loadCheckpoint: (bytes) => g.loadCheckpoint(trainer, bytes),
  describeCheckpoint: g.describeCheckpoint,
};

const PROTOTYPES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'valueOf'];

/** Descriptions that a forger writes, with checksums that go with them. */
const forgeries: readonly Parameters<typeof mutantOf>[1][] = [
  ...Object.values(edits),
  // names of prototypes as kinds, options, values by name and keys
  (description, dice) => void (dice.of(description.layers).kind = dice.of(PROTOTYPES)),
  (description, dice) => void (dice.of(description.layers)['options'] = { [dice.of(PROTOTYPES)]: 1 }),
  (description, dice) => void (dice.of(description.layers)['options'] = { activation: dice.of(PROTOTYPES) }),
  (description, dice) => textOf(description).replace('"kind"', `"${dice.of(PROTOTYPES)}":{"a":1},"kind"`),
  (description, dice) => void (description['model'] = { [dice.of(PROTOTYPES.slice(1))]: 0 }),
  // keys twice, of which JSON keeps the last
  (description) => textOf(description).replace('"version":', '"version":7,"version":'),
  // counts in place of lists, and lists in place of counts
  (description, dice) => void (dice.of(description.layers)['parts'] = dice.of([1e9, '1', { length: 1e9 }, [[0]]])),
  (description, dice) => void (description.layers = dice.of([{ length: 1e9 }, 1e9, 'x'.repeat(1e5)]) as never),
];

/** A file with one or two things wrong. */
function hostile(dice: Dice): Uint8Array {
  const { kind, bytes, isModel } = dice.of(files);
  let file = isModel && dice.below(2) > 0 ? mutantOf(bytes, dice.of(forgeries), dice) : bytes;
  if (isModel && dice.below(6) === 0) {
    const metadata = dice.of(['['.repeat(2e4) + ']'.repeat(2e4), '{', '{"__proto__":{"polluted":1}}', '1e999', '']);
    file = forge(file, { metadata });
  }
  if (file !== bytes && dice.below(3) > 0) return file;
  try {
    return dice.of(Object.values(kinds[kind]))(file, dice);
  } catch {
    // this kind of damage needs what the first one has taken away
    return file;
  }
}

const partsOf = (model: unknown): g.Part[] =>
  Array.isArray((model as Partial<g.Part>).variables)
    ? [model as g.Part]
    : Object.values(model as Record<string, g.Part>);

test('each reader answers a hostile file with one sentence in its own name, or reads it whole; nothing changes or is left', async () => {
  const dice = createDice(20_261_202);
  const state = async (): Promise<string> =>
    JSON.stringify([
      trainer.state.plain,
      await Promise.all(
        [...Object.values(trainer.state.variables), ...target.variables, ...target.buffers!].map(async (one) => [
          ...(await one.data()),
        ]),
      ),
    ]);
  const [weights, checkpoint] = [await g.saveWeights(target), await g.saveCheckpoint(trainer)];
  const before = await state();
  const refused: Record<string, number> = {};
  for (let i = 0; i < FILES; i++) {
    const bytes = hostile(dice);
    const isRead: Record<string, boolean> = {};
    for (const [name, read] of Object.entries(readers)) {
      const where = `file ${i}, ${name}`;
      const { numTensors, numBytes } = tf.memory();
      const found = await Promise.resolve()
        .then(() => read(bytes))
        .catch((error: unknown) => error);
      isRead[name] = !(found instanceof Error);
      if (found instanceof Error) {
        refused[name] = (refused[name] ?? 0) + 1;
        expect(found.message, where).toMatch(new RegExp(`^${name}: \`[^\`]+\` [^\\n]+; got [^\\n]+$`));
        expect(found.message, where).not.toMatch(/[\p{C}\u2028\u2029]|\w\.\. /u);
        expect(found.message.length, where).toBeLessThanOrEqual(300);
      } else if (name === 'loadModel' || name === 'fetchModel') for (const part of partsOf(found)) part.dispose();
      else if (name === 'loadWeights') await g.loadWeights(target, weights);
      else if (name === 'loadCheckpoint') await g.loadCheckpoint(trainer, checkpoint);
      const after = tf.memory();
      expect([after.numTensors, after.numBytes], where).toEqual([numTensors, numBytes]);
    }
    expect([isRead['fetchModel'], isRead['describeModel']], `file ${i}`).toEqual([
      isRead['loadModel'],
      isRead['loadModel'],
    ]);
  }
  expect(await state()).toBe(before);
  expect('polluted' in {}).toBe(false);
  // almost all are refused, and some are whole files of another kind
  for (const name of Object.keys(readers)) expect(refused[name], name).toBeGreaterThan(FILES / 2);
  expect(refused['loadWeights']).toBeLessThan(FILES);
  count('broken files', FILES);
});
