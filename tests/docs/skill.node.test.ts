import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as library from '../../src/index.js';
import * as model from '../../src/model/index.js';
import { skill } from './pages.js';

const rows = readFileSync(skill, 'utf8')
  .split('\n')
  .map((line) => /^\| `(.*?)` +\| (.*?) +\| (.*?) +\|$/.exec(line))
  .filter((row) => row !== null)
  .map(([, code, says]) => [code!, says!] as const);

const random = library.createRandom(1);
const network = library.mlp({ sizes: [8, 8], random });
const encoder = library.createGaussianEncoder(network, { latentSize: 4 });
const decoder = library.createDecoder(library.mlp({ sizes: [4, 8], random }), { likelihood: library.bernoulli });
const own = {
  tf,
  random,
  network,
  encoder,
  decoder,
  x: tf.zeros([4, 8]),
  vae: library.createVaeTrainer({ encoder, decoder, optimizer: tf.train.adam(1e-3), random }),
  denoiser: library.createDenoiser(library.denoisingMlp({ size: 8, width: 4, classes: 2, random }), {
    schedule: library.cosineSchedule({ steps: 100 }),
    predicts: library.predictVelocity,
  }),
};

/** Runs a line of the table, with all that it may name. */
function run(code: string): Promise<unknown> {
  const names = { ...library, ...model, ...own };
  // oxlint-disable-next-line typescript/no-implied-eval -- the table is our own
  const call = new Function(...Object.keys(names), `return (async () => ${code})();`) as (
    ...values: unknown[]
  ) => Promise<unknown>;
  return call(...Object.values(names));
}

test('the table has twenty mistakes', () => {
  expect(rows).toHaveLength(20);
});

test.each(rows)('%s says what the table says', async (code, says) => {
  const message = await run(code).then(
    () => 'nothing',
    (error: unknown) => (error as Error).message,
  );
  expect(message).toContain(says);
});
