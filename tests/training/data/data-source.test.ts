import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { train, type DataSource } from '../../../src/index.js';
import { countingTrainer, rowsOf, withoutLeak } from '../sample.js';

async function lossesOf(data: DataSource, options: { epochs: number } | { steps: number }): Promise<number[]> {
  const losses: number[] = [];
  for await (const { metrics } of train(countingTrainer().trainer, data, { ...options, reportEvery: 1 })) {
    losses.push(metrics.loss);
  }
  return losses;
}

function* generator(): Generator<Tensor> {
  for (let i = 1; i <= 3; i++) yield tf.fill([1, 2], i);
}

async function* asyncGenerator(): AsyncGenerator<Tensor> {
  yield* generator();
}
/** A tf.data.Dataset by its shape. */
const dataset = {
  iterator: () => {
    const inner = generator();
    return Promise.resolve({ next: () => Promise.resolve(inner.next() as IteratorResult<unknown>) });
  },
};

describe('a source', () => {
  test.each<[string, DataSource]>([
    ['an iterable', { [Symbol.iterator]: generator }],
    ['an async iterable', { [Symbol.asyncIterator]: asyncGenerator }],
    ['a function', asyncGenerator],
    ['a tf.data.Dataset by its shape', dataset],
  ])('may be %s, read again in each epoch, its batches disposed', async (_, data) => {
    await withoutLeak(async () => expect(await lossesOf(data, { epochs: 2 })).toEqual([1, 2, 3, 1, 2, 3]));
    await withoutLeak(async () => expect(await lossesOf(data, { steps: 4 })).toEqual([1, 2, 3, 1]));
  });

  test('may be an array, whose elements are never disposed', async () => {
    const data = rowsOf(3);
    await withoutLeak(async () => expect(await lossesOf(data, { epochs: 2 })).toEqual([1, 2, 3, 1, 2, 3]));
    expect(data.every(({ isDisposed }) => !isDisposed)).toBe(true);
    tf.dispose(data);
  });

  test.each([
    ['a generator', generator],
    ['an async generator', asyncGenerator],
  ])('that is %s serves steps, and is refused for epochs', async (_, make) => {
    await withoutLeak(async () => {
      expect(await lossesOf(make(), { steps: 2 })).toEqual([1, 2]);
      await expect(lossesOf(make(), { epochs: 2 })).rejects.toThrow(
        /`data` must be a source that can be read again; got a generator\. Give `steps`/,
      );
      await expect(lossesOf(make(), { steps: 4 })).rejects.toThrow(/must give batches for 4 updates; got 3 updates/);
    });
  });

  test.each<[string, DataSource]>([
    ['an array', []],
    ['an iterable', new Set<Tensor>()],

    ['a function', async function* () {}],
  ])('that is empty, %s, is an error', async (_, data) => {
    await expect(lossesOf(data, { epochs: 1 })).rejects.toThrow(/must give batches for 1 epochs; got 0 updates/);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['a number', 3],
    ['a record', { x: 1 }],
  ])('that is %s is refused', async (_, data) => {
    await expect(lossesOf(data as DataSource, { epochs: 1 })).rejects.toThrow(/`data` must be an array.*batches\(data/);
  });

  test('that is a tensor is refused with the remedy', async () => {
    const x = tf.ones([2, 2]);
    await expect(lossesOf(x as never, { epochs: 1 })).rejects.toThrow(/Cut data into batches with batches/);
    x.dispose();
  });

  test('that is a function of something else is refused', async () => {
    await expect(lossesOf((() => 3) as never, { epochs: 1 })).rejects.toThrow(/must return an async iterable/);
  });

  test('is left by its `return` when a run ends in mid-epoch, and not after its end', async () => {
    let [ended, left] = [0, 0];
    const source: DataSource = {
      [Symbol.asyncIterator]: () => {
        const inner = generator();
        return {
          next: () => {
            const result = inner.next();
            if (result.done) ended++;
            return Promise.resolve(result);
          },
          return: () => {
            left++;
            return Promise.resolve({ done: true as const, value: undefined });
          },
        };
      },
    };
    await lossesOf(source, { steps: 4 });
    expect([ended, left]).toEqual([1, 1]);
  });
});
