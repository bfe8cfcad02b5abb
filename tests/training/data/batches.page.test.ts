import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { batches, createRandom, type Batch, type BatchSource } from '../../../src/index.js';
import { numbersOf, withoutLeak } from '../sample.js';
import { inScope } from '../../support/in-scope.js';

inScope();

/** n examples, the i-th is [i]. */
const counting = (n: number) => ({ data: Float32Array.from({ length: n }, (_, i) => i), shape: [n, 1] });

async function readOne(batch: Batch): Promise<number[]> {
  const numbers = await numbersOf([batch instanceof tf.Tensor ? batch : batch.x]);
  tf.dispose(batch instanceof tf.Tensor ? batch : { ...batch });
  return numbers;
}

/** The numbers of at most `count` batches. */
async function take(source: BatchSource, count = Infinity): Promise<number[][]> {
  const all: number[][] = [];
  for await (const batch of source) {
    all.push(await readOne(batch));
    if (all.length === count) break;
  }
  return all;
}

describe('the batches of an epoch', () => {
  test('come in order without `random`, the last one smaller', async () => {
    const source = batches(counting(5), { batchSize: 2 });
    expect(source.batchesPerEpoch).toBe(3);
    expect(await take(source)).toEqual([[0, 1], [2, 3], [4]]);
    expect(await take(source)).toEqual([[0, 1], [2, 3], [4]]);
  });

  test('leave out a smaller last one with `dropLast`', async () => {
    expect(await take(batches(counting(5), { batchSize: 2, dropLast: true }))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(() => batches(counting(5), { batchSize: 6, dropLast: true })).toThrow(/`batchSize` must not be above the 5/);
  });

  test('hold each example once, in another order each epoch', async () => {
    const source = batches(counting(20), { batchSize: 8, random: createRandom(1) });
    const epochs = [await take(source), await take(source), await take(source)].map((epoch) => epoch.flat());
    for (const epoch of epochs) {
      expect([...epoch].sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
    }
    expect(new Set(epochs.map(String)).size).toBe(3);
  });

  test('depend only on the seed and the epoch', async () => {
    const random = createRandom(7);
    const source = batches(counting(20), { batchSize: 8, random });
    tf.dispose([random.normal([5]), random.uniform([3])]);
    const again = batches(counting(20), { batchSize: 8, random: createRandom(7) });
    again.restore({ epoch: 1, position: 0 });
    await take(source);
    expect(await take(again)).toEqual(await take(source));
    const other = batches(counting(20), { batchSize: 8, random: createRandom(8) });
    other.restore({ epoch: 1, position: 0 });
    again.restore({ epoch: 1, position: 0 });
    expect(await take(other)).not.toEqual(await take(again));
  });

  test('leave no tensor behind, also when left early', async () => {
    const source = batches(counting(6), { batchSize: 2, transform: (batch) => tf.mul(tf.exp(batch), 2) });
    await withoutLeak(async () => {
      await take(source, 2);
      await take(source);
    });
  });
});

describe('the cursor', () => {
  test('continues where an iteration was left: the first epoch afterwards is the rest of the old one', async () => {
    const [source, whole] = [1, 2].map(() => batches(counting(7), { batchSize: 2, random: createRandom(3) }));
    const [first, second] = [await take(whole!), await take(whole!)];
    expect([...(await take(source!, 1)), ...(await take(source!))]).toEqual(first);
    expect(await take(source!)).toEqual(second);
  });

  test('starts a new epoch when an iteration was left at the very end', async () => {
    const source = batches(counting(4), { batchSize: 2 });
    expect(await take(source, 2)).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(source.state()).toEqual({ epoch: 1, position: 0 });
    expect(await take(source)).toHaveLength(2);
  });

  test('is { epoch, position }, moves when a batch is handed out, and is plain JSON', async () => {
    const source = batches(counting(4), { batchSize: 2 });
    expect(source.state()).toEqual({ epoch: 0, position: 0 });
    const states = [];
    for await (const batch of source) {
      states.push(JSON.parse(JSON.stringify(source.state())));
      tf.dispose(batch);
    }
    expect(states).toEqual([
      { epoch: 0, position: 1 },
      { epoch: 1, position: 0 },
    ]);
  });

  test('does not move when `transform` is async or returns no batch: its tensors would be disposed', async () => {
    const before = tf.memory().numTensors;
    for (const [transform, got] of [
      [
        async (batch: Tensor) => tf.add(batch, await Promise.resolve(1)),
        'an instance of Promise. The function must not be async.',
      ],
      [() => undefined, 'undefined.'],
      [(batch: Tensor) => ({ x: batch, y: batch }), '{ x, y }. Write '],
    ] as const) {
      const source = batches(counting(4), { batchSize: 2, transform: transform as never });
      await expect(take(source, 1)).rejects.toThrow(
        `batches: \`transform(batch)\` must be a tensor or { x, condition }; got ${got}`,
      );
      expect(source.state()).toEqual({ epoch: 0, position: 0 });
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  test('does not move when `transform` throws', async () => {
    let fails = true;
    const transform = (batch: Tensor) => {
      if (fails) throw new Error('not yet');
      return tf.clone(batch);
    };
    const source = batches(counting(4), { batchSize: 2, transform });
    await withoutLeak(() => expect(take(source)).rejects.toThrow('not yet'));
    expect(source.state()).toEqual({ epoch: 0, position: 0 });
    fails = false;
    expect(await take(source)).toHaveLength(2);
  });

  test('can be restored, also in the middle of an iteration', async () => {
    const make = () => batches(counting(9), { batchSize: 2, random: createRandom(5) });
    const whole = [...(await take(make())), ...(await take(Object.assign(make()), 0 + 5))];
    const source = make();
    const seen = [];
    for await (const batch of source) {
      seen.push(await readOne(batch));
      if (seen.length === 2) source.restore({ epoch: 0, position: 1 });
    }
    expect(seen).toEqual([whole[0], whole[1], ...whole.slice(1, 5)]);
  });

  test.each([
    [null, /`state` must be \{ epoch, position \}/],
    [{ epoch: -1, position: 0 }, /`state.epoch`/],
    [{ epoch: 0, position: 2 }, /`state.position` must be finite and below 2;/],
    [{ epoch: 0 }, /`state.position`/],
  ])('refuses %j and stays', (state, message) => {
    const source = batches(counting(4), { batchSize: 2 });
    source.restore({ epoch: 3, position: 1 });
    expect(() => source.restore(state as never)).toThrow(message);
    expect(source.state()).toEqual({ epoch: 3, position: 1 });
  });

  test('is unique: a second concurrent iteration throws, and the first continues', async () => {
    const source = batches(counting(6), { batchSize: 2 });
    const seen = [];
    for await (const batch of source) {
      seen.push(await readOne(batch));
      if (seen.length === 1) await expect(take(source)).rejects.toThrow(/must be read by one loop at a time/);
    }
    expect(seen).toEqual([
      [0, 1],
      [2, 3],
      [4, 5],
    ]);
  });
});

describe('the noise of `transform`', () => {
  const noisy = (seed: number, epoch = 0, position = 0) => {
    const source = batches(tf.zeros([6, 2]), {
      batchSize: 2,
      random: createRandom(seed),
      transform: (batch, random) => random.uniform(batch.shape),
    });
    source.restore({ epoch, position });
    return source;
  };

  test('depends only on seed, epoch and batch', async () => {
    const whole = await take(noisy(1));
    expect(await take(noisy(1, 0, 1))).toEqual(whole.slice(1));
    expect(new Set(whole.map(String)).size).toBe(3);
    expect(await take(noisy(1, 1))).not.toEqual(whole);
    expect(await take(noisy(2))).not.toEqual(whole);
  });

  test('is that of seed 0 without `random`', async () => {
    const one = () => batches(tf.zeros([2, 2]), { batchSize: 2, transform: (b, random) => random.normal(b.shape) });
    expect(await take(one())).toEqual(await take(one()));
  });
});

describe('data', () => {
  test('of bytes are scaled to [0, 1]', async () => {
    const source = batches({ data: Uint8Array.of(0, 51, 255, 128), shape: [2, 2] }, { batchSize: 2 });
    const [row] = await take(source);
    [0, 51 / 255, 1, 128 / 255].forEach((value, i) => expect(row![i]).toBeCloseTo(value, 6));
  });

  test('may have a condition, which follows the order of x', async () => {
    const labels = Uint8Array.from({ length: 10 }, (_, i) => i);
    for (const condition of [
      { data: labels, shape: [10] },
      { data: Int32Array.from(labels), shape: [10] },
      tf.tensor1d([...labels], 'int32'),
    ]) {
      for await (const batch of batches({ x: counting(10), condition }, { batchSize: 4, random: createRandom(2) })) {
        expect(batch.condition.dtype).toBe('int32');
        expect(await numbersOf([batch.condition])).toEqual(await numbersOf([batch.x]));
      }
    }
  });

  test('may have a vector for a condition', async () => {
    const condition = { data: Float32Array.from({ length: 6 }, (_, i) => i / 2), shape: [3, 2] };
    for await (const batch of batches({ x: counting(3), condition }, { batchSize: 3 })) {
      expect(batch.condition.dtype).toBe('float32');
      expect(await numbersOf([batch.condition])).toEqual([0, 0.5, 1, 1.5, 2, 2.5]);
    }
  });

  test('on the device are gathered and not disposed', async () => {
    const x = tf.tensor2d([0, 1, 2, 3, 4], [5, 1]);
    const [host, device] = [counting(5), x].map((data) => batches(data, { batchSize: 2, random: createRandom(4) }));
    expect(await take(device!)).toEqual(await take(host!));
    expect(x.isDisposed).toBe(false);
  });

  test('type the batches', () => {
    const x = counting(4);
    const condition = { data: new Int32Array(4), shape: [4] };
    expectTypeOf(batches(x, { batchSize: 2 })).toEqualTypeOf<BatchSource<Tensor>>();
    expectTypeOf(batches({ x, condition }, { batchSize: 2 })).toEqualTypeOf<
      BatchSource<{ readonly x: Tensor; readonly condition: Tensor }>
    >();
    const changed = batches(x, {
      batchSize: 2,
      transform: (batch, random) => tf.cast(tf.less(random.uniform(batch.shape), batch), 'float32'),
    });
    expectTypeOf(changed).toExtend<BatchSource>();
  });

  test.each<[string, unknown, RegExp]>([
    ['NaN', { data: Float32Array.of(0, NaN), shape: [2, 1] }, /`data.data` must be finite; got NaN at index 1/],
    ['infinity', { data: Float32Array.of(-Infinity, 1), shape: [2, 1] }, /got -Infinity at index 0/],
    ['another size than the shape', { data: new Float32Array(3), shape: [2, 2] }, /must hold the 4 numbers/],
    [
      'tokens below -1',
      { data: Int32Array.of(-1, -2), shape: [2, 1] },
      /must hold tokens from 0 on, or -1.* got -2 at index 1/,
    ],
    [
      'a dtype for floats',
      { data: new Float32Array(2), shape: [2, 1], dtype: 'int32' },
      /`data.dtype` must be 'int32' for int/,
    ],
    ['another dtype', { data: new Uint8Array(2), shape: [2, 1], dtype: 'float32' }, /`data.dtype` .*got 'float32'/],
    ['doubles', { data: new Float64Array(2), shape: [2, 1] }, /Float32Array, Uint8Array, Uint16Array or Int32Array/],
    ['no example', { data: new Float32Array(0), shape: [0, 1] }, /`data.shape\[0\]`/],
    ['nothing', null, /`data` must be a tensor or { x, condition }; got null/],
    ['an array', [[1]], /`data` must be a tensor/],
    ['labels of another number', { x: counting(3), condition: { data: new Int32Array(2), shape: [2] } }, /3 examples/],
    [
      'zeros and ones as bytes',
      { data: Uint8Array.of(0, 1, 1), shape: [3, 1] },
      /range of bytes.*zeros and ones\. Give/,
    ],
    [
      'such bytes together with a condition',
      { x: { data: Uint8ClampedArray.of(0, 1), shape: [2, 1] }, condition: { data: Uint8Array.of(0, 1), shape: [2] } },
      /`data.x.data`.*zeros and ones/,
    ],
  ])('are refused with %s', (_, data, message) => {
    expect(() => batches(data as never, { batchSize: 1 })).toThrow(message);
  });

  test.each([
    ['black', Uint8Array.of(0, 0)],
    ['almost black', Uint8Array.of(0, 2)],
    ['black and white', Uint8Array.of(0, 255)],
    ['of numbers 0 and 1', Float32Array.of(0, 1)],
  ])('are taken if they are %s', (_, data) => {
    expect(() => batches({ data, shape: [2, 1] }, { batchSize: 1 })).not.toThrow();
  });

  test('are accepted with bytes of 0 and 1 as labels', () => {
    const labels = { data: Uint8Array.of(0, 1, 1), shape: [3] };
    expect(() => batches({ x: counting(3), condition: labels }, { batchSize: 1 })).not.toThrow();
  });

  test('of booleans on the device are refused with the remedy', () => {
    expect(() => batches(tf.zeros([2, 2], 'bool'), { batchSize: 1 })).toThrow(/must be float32; got bool/);
  });

  test.each([
    ['Int32Array', { data: Int32Array.of(7, -1, 300, 0), shape: [2, 2] }],
    ['Uint16Array', { data: Uint16Array.of(7, 65535, 300, 0), shape: [2, 2] }],
    ['Uint8Array with a dtype', { data: Uint8Array.of(7, 1, 255, 0), shape: [2, 2], dtype: 'int32' } as const],
  ])('of tokens in a %s stay integers', async (_, data) => {
    const source = batches(data, { batchSize: 2 });
    for await (const batch of source) {
      expect([batch.dtype, batch.shape]).toEqual(['int32', [2, 2]]);
      expect(Array.from(await batch.data())).toEqual(Array.from(data.data));
      batch.dispose();
    }
    expect(source.holds?.values).toEqual([Math.min(...data.data), Math.max(...data.data)]);
  });

  test('of tokens on the device stay integers', async () => {
    for await (const batch of batches(tf.tensor2d([[3], [5]], [2, 1], 'int32'), { batchSize: 2 })) {
      expect([batch.dtype, ...(await batch.data())]).toEqual(['int32', 3, 5]);
      batch.dispose();
    }
  });

  test.each<[object, RegExp]>([
    [{ batchSize: 0 }, /`batchSize`/],
    [{ batchSize: 1.5 }, /`batchSize`/],
    [{ batchSize: 1, random: Math.random }, /`random`/],
    [{ batchSize: 1, transform: 1 }, /`transform`/],
  ])('are refused with the options %j', (options, message) => {
    expect(() => batches(counting(2), options as never)).toThrow(message);
  });
});
