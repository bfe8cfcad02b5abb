import type { AddressInfo } from 'node:net';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { createQueue } from '../../examples/server/queue.js';
import { createRowServer } from '../../examples/server/serve-rows.js';
import { createSampleServer } from '../../examples/server/serve.js';
import {
  cosineSchedule,
  createDenoiser,
  createRandom,
  denoisingMlp,
  predictVelocity,
  withPredict,
} from '../../src/index.js';
import { createTableModel, describeTable } from '../../src/tables/index.js';

const points = { shape: [2], classes: 3, steps: 5 };
const never = new AbortController().signal;

/** A small model of points with three classes, which counts its calls and the rows of each. */
function createPoints() {
  const network = denoisingMlp({ size: 2, width: 8, classes: 3, random: createRandom(1) });
  const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 10 }), predicts: predictVelocity });
  const rows: number[] = [];
  const predict: typeof denoiser.predict = (x, ...rest) => {
    rows.push(x.shape[0]);
    return denoiser.predict(x, ...rest);
  };
  return { denoiser: withPredict(denoiser, predict), rows, dispose: () => denoiser.dispose() };
}

it('answers requests in batches: each gets the picture of its own seed and class, whatever else is in the batch', async () => {
  const { denoiser, rows, dispose } = createPoints();
  const draw = createQueue({ denoiser, ...points, batchSize: 4 });
  const wishes = Array.from({ length: 10 }, (_, i) => ({ seed: i % 5, label: i % 3, signal: never }));
  const together = await Promise.all(wishes.map(draw));
  expect(rows).toEqual([4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2]);
  for (const [i, wish] of wishes.entries()) {
    const alone = await draw(wish);
    together[i]!.forEach((number, j) => expect(number).toBeCloseTo(alone[j]!, 4));
  }
  expect(new Set(together.map(String)).size).toBe(10);
  dispose();
});

it('drops a request whose client left, and ends a batch once all its clients left', async () => {
  const { denoiser, rows, dispose } = createPoints();
  const draw = createQueue({ denoiser, ...points, batchSize: 2 });
  const clients = Array.from({ length: 5 }, () => new AbortController());
  const before = tf.memory().numTensors;
  const answers = Promise.allSettled(clients.map(({ signal }, seed) => draw({ seed, label: 0, signal })));
  // in the first batch, and in the one that waits
  clients[0]!.abort();
  clients[2]!.abort();
  expect((await answers).map(({ status }) => status)).toEqual([
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled',
  ]);
  expect(Math.max(...rows)).toBe(2);
  expect(rows.length).toBe(10);

  rows.splice(0);
  const everyone = new AbortController();
  const slow = withPredict(denoiser, (...all) => (everyone.abort('left'), denoiser.predict(...all)));
  const drawSlowly = createQueue({ denoiser: slow, ...points });
  await expect(drawSlowly({ seed: 1, label: 0, signal: everyone.signal })).rejects.toBe('left');
  await expect(drawSlowly({ seed: 1, label: 0, signal: everyone.signal })).rejects.toBe('left');
  await new Promise((resolve) => setTimeout(resolve));
  expect(rows).toEqual([1]);
  expect(tf.memory().numTensors).toBe(before);
  dispose();
});

it('rejects only the wrong request, and continues after a failure', async () => {
  const { denoiser, rows, dispose } = createPoints();
  let fails = true;
  const predict: typeof denoiser.predict = (...parameters) => {
    if (fails) throw new Error('the network failed');
    return denoiser.predict(...parameters);
  };
  const draw = createQueue({ denoiser: withPredict(denoiser, predict), ...points });
  const wish = { seed: 1, label: 2, signal: never };
  const before = tf.memory().numTensors;
  await expect(Promise.all([draw(wish), draw(wish)])).rejects.toThrow('the network failed');
  fails = false;
  const wrong = [draw({ ...wish, label: 3 }), draw({ ...wish, seed: NaN })];
  const right = draw(wish);
  for (const one of wrong) await expect(one).rejects.toThrow(RangeError);
  expect(await right).toHaveLength(2);
  expect(rows).toEqual([1, 1, 1, 1, 1]);
  expect(tf.memory().numTensors).toBe(before);
  dispose();
});

it('serves hundreds of requests, of which every fifth client leaves, and keeps no tensor', async () => {
  const { denoiser, dispose } = createPoints();
  const server = createSampleServer(createQueue({ denoiser, ...points, steps: 2 }));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const before = tf.memory().numTensors;
  const sizes: number[] = [];
  for (let round = 0; round < 10; round++) {
    const answers = Array.from({ length: 20 }, async (_, i) => {
      const leaving = new AbortController();
      const answer = fetch(`http://127.0.0.1:${port}/sample?seed=${i}&label=${i % 3}`, { signal: leaving.signal });
      if (i % 5 === 0) leaving.abort();
      sizes.push((await (await answer).arrayBuffer()).byteLength);
    });
    await Promise.allSettled(answers);
  }
  expect(sizes).toEqual(Array(160).fill(8));
  await new Promise((resolve) => server.close(resolve));
  expect(tf.memory().numTensors).toBe(before);
  dispose();
});

it('sends rows with the cells of a query, and 400 with a sentence for a cell that no row can have', async () => {
  const rows = Array.from({ length: 30 }, (_, i) => ({
    height: 150 + i + 0.5,
    stars: 1 + (i % 3),
    city: 'RO'[i % 2]!,
  }));
  const description = describeTable(rows, { kinds: { stars: 'category' } });
  const model = createTableModel({ description, width: 4, layers: 1, random: createRandom(1) });
  const server = createRowServer(model);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const get = (query: string) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/rows?${query}`);
  const made = (await (await get('height=170&stars=2')).json()) as typeof rows;
  expect(made.map(({ height, stars }) => [height, stars])).toEqual(Array(10).fill([170, 2]));
  const wrong = {
    'height=tall': "readRow: `texts.height` must be a number; got 'tall'.",
    'stars=4': "readRow: `texts.stars` must be one of the 3 categories of the description: 1, 2, 3; got '4'.",
    'height=1e999': 'must be a number',
    'height=5000': 'sampleTable: `known.height` must be from 150.5 to 179.5; got 5000.',
    'size=2': 'readRow: `texts` must have columns of the description: height, stars, city',
  };
  for (const [query, message] of Object.entries(wrong)) {
    const answer = await get(query);
    expect([answer.status, await answer.text()], query).toEqual([400, expect.stringContaining(message)]);
  }
  await new Promise((resolve) => server.close(resolve));
  model.dispose();
});
