import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { record, recordStep, type Recording } from '../../src/record/index.js';
import { chosenIn, replay } from './replay.js';

const any = { shape: [null, 3] };

async function numbersOf(tensor: Tensor): Promise<number[]> {
  return Array.from(await tensor.data());
}

/** What a recording gives for feeds. */
async function replayed(
  recording: Recording,
  feeds: Readonly<Record<string, Tensor>>,
): Promise<Record<string, number[]>> {
  const results = tf.tidy(() => replay(recording, feeds));
  const numbers = await Promise.all(
    Object.entries(results).map(async ([name, one]) => [name, await numbersOf(one)] as const),
  );
  tf.dispose(results);
  return Object.fromEntries(numbers);
}

const operationsOf = ({ nodes }: Recording): string[] => nodes.map(({ operation }) => operation);

describe('record', () => {
  test('has the operations of a function, any batch, and names for what goes in and out', async () => {
    const recording = await record(({ x, y }) => ({ sum: tf.add(tf.mul(x, 2), y) }), {
      inputs: { x: any, y: tf.tensor1d([1, 2, 3]) },
    });
    expect(operationsOf(recording)).toEqual(['Multiply', 'Add']);
    expect(recording.inputs.map(({ name, shape }) => [name, shape])).toEqual([
      ['x', [{ batch: 1 }, 3]],
      ['y', [3]],
    ]);
    expect(recording.outputs.map(({ name, shape }) => [name, shape])).toEqual([['sum', [{ batch: 1 }, 3]]]);
    expect(recording.sizes['batch']).toEqual({ of: recording.inputs[0]!.tensor, axis: 0 });
    const [x, y] = [tf.ones([4, 3]), tf.tensor1d([1, 2, 3])];
    expect((await replayed(recording, { x, y }))['sum']).toEqual([3, 4, 5, 3, 4, 5, 3, 4, 5, 3, 4, 5]);
  });

  test('takes a tensor and its shape alike, with integers and bools', async () => {
    const run = ({ x, label, flag }: Record<'x' | 'label' | 'flag', Tensor>): Tensor =>
      tf.where(flag, tf.add(x, tf.cast(label, 'float32')), x);
    const [x, label, flag] = [tf.tensor1d([0.5, 1]), tf.tensor1d([2, 3], 'int32'), tf.tensor1d([1, 0], 'bool')];
    const recordings = [
      await record(run, { inputs: { x, label, flag } }),
      await record(run, {
        inputs: { x: { shape: [2] }, label: { shape: [2], dtype: 'int32' }, flag: { shape: [2], dtype: 'bool' } },
      }),
      await record(run, {
        inputs: {
          x: { shape: [null] },
          label: { shape: [null], dtype: 'int32' },
          flag: { shape: [null], dtype: 'bool' },
        },
      }),
    ];
    for (const recording of recordings) {
      expect(recording.inputs.map(({ dtype }) => dtype)).toEqual(['float32', 'int32', 'bool']);
      expect((await replayed(recording, { x, label, flag }))['output']).toEqual([2.5, 1]);
    }
  });

  test('knows one tensor that is passed twice, an input that is an output, and one that is not read', async () => {
    const x = tf.tensor1d([1, 2]);
    const twice = await record(({ a, b }) => tf.sub(a, b), { inputs: { a: x, b: x } });
    const [a, b] = [tf.tensor1d([5, 5]), tf.tensor1d([1, 2])];
    expect((await replayed(twice, { a, b }))['output']).toEqual([4, 3]);
    const same = await record(({ a }) => ({ a, more: tf.neg(a) }), { inputs: { a: any, unread: any } });
    const zeros = tf.zeros([2, 3]);
    expect((await replayed(same, { a: tf.ones([2, 3]), unread: zeros }))['a']).toEqual([1, 1, 1, 1, 1, 1]);
    expect(x.isDisposed).toBe(false);
  });

  test('is the same for an async function, and waits for it', async () => {
    const sync = await record(({ x }) => tf.tanh(tf.neg(x)), { inputs: { x: any } });
    const later = await record(
      async ({ x }) => {
        const negative = tf.neg(x);
        await Promise.resolve();
        await new Promise((resolve) => setTimeout(resolve, 1));
        const result = tf.tanh(negative);
        negative.dispose();
        return result;
      },
      { inputs: { x: any } },
    );
    expect(operationsOf(later)).toEqual(operationsOf(sync));
    expect(operationsOf(sync)).toEqual(['Neg', 'Tanh']);
  });

  test('makes inputs of what is drawn, and gives the drawn numbers', async () => {
    const random = g.createRandom(3);
    const before = random.state();
    const run = ({ x }: { x: Tensor }, from: g.RandomStream): Tensor =>
      tf.add(
        tf.mul(x, from.normal([x.shape[0], 3])),
        tf.add(from.uniform([3], -1, 2), tf.cast(from.fork('more').integers([3], 0, 5), 'float32')),
      );
    const recording = await record(run, { inputs: { x: tf.ones([2, 3]) }, random });
    expect(random.state()).toEqual(before);
    expect(
      recording.draws.map(({ name, distribution, low, high, dtype }) => ({ name, distribution, low, high, dtype })),
    ).toEqual([
      { name: 'normal0', distribution: 'normal', low: undefined, high: undefined, dtype: 'float32' },
      { name: 'uniform1', distribution: 'uniform', low: -1, high: 2, dtype: 'float32' },
      { name: 'integers2', distribution: 'integers', low: 0, high: 5, dtype: 'int32' },
    ]);
    const ours = await numbersOf(tf.tidy(() => run({ x: tf.ones([2, 3]) }, random)));
    const x = tf.ones([2, 3]);
    expect((await replayed(recording, { x, ...chosenIn(recording) }))['output']).toEqual(ours);
    const { value } = recording.draws[0]!;
    recording.dispose();
    expect(value.isDisposed).toBe(true);
  });

  test('leaves the variables of a part as they are, and has their changes', async () => {
    const layer = g.batchNorm({ inputs: 3 });
    const before = await Promise.all([...layer.variables, ...layer.buffers!].map(numbersOf));
    const recording = await record(({ x }) => layer.apply(x, { training: true }), { inputs: { x: any }, state: layer });
    expect(await Promise.all([...layer.variables, ...layer.buffers!].map(numbersOf))).toEqual(before);
    expect(recording.state.map(({ name, next }) => [name, next !== undefined])).toEqual([
      ['0', false],
      ['1', false],
      ['2', true],
      ['3', true],
    ]);
    const x = g.createRandom(1).normal([5, 3]);
    const results = await replayed(recording, { x });
    const ours = await numbersOf(layer.apply(x, { training: true }));
    results['output']!.forEach((number, i) => expect(number).toBeCloseTo(ours[i]!, 5));
    const moved = await numbersOf(layer.buffers![0]!);
    results['2:next']!.forEach((number, i) => expect(number).toBeCloseTo(moved[i]!, 5));
  });

  test('has the variables of a trainer by their names in a checkpoint', async () => {
    const model = g.dense({ inputs: 3, units: 2, random: g.createRandom(1) });
    const trainer = g.createTrainer({
      name: 'line',
      parts: { model },
      optimizer: g.createAdam({ learningRate: 0.1 }),
      random: g.createRandom(2),
      loss: ({ x }) => ({ loss: tf.mean(tf.square(model.apply(x))) }),
    });
    const recording = await record(({ x }) => model.apply(x), { inputs: { x: any }, state: trainer });
    expect(recording.state.map(({ name }) => name)).toEqual(['model.0', 'model.1']);
    const step = await recordStep(trainer, any);
    expect(step.state.map(({ name }) => name)).toEqual(Object.keys(trainer.state.variables));
    trainer.dispose();
    model.dispose();
  });

  test('takes other free sizes by name, and pictures of any height and width', async () => {
    const kernel = g.createRandom(1).normal([3, 3, 1, 2]) as tf.Tensor4D;
    const recording = await record(
      ({ x, words }) => ({
        picture: tf.conv2d(x as tf.Tensor4D, kernel, 2, 'same'),
        sum: tf.sum(words, 1),
      }),
      { inputs: { x: { shape: [null, null, null, 1] }, words: { shape: [null, 'words', 2] } } },
    );
    expect(Object.keys(recording.sizes)).toEqual(['batch', 'height', 'width', 'words']);
    expect(recording.outputs.map(({ shape }) => shape)).toEqual([
      [{ batch: 1 }, { height: 0.5 }, { width: 0.5 }, 2],
      [{ batch: 1 }, 2],
    ]);
  });

  test('turns constants of a size into operations', async () => {
    const recording = await record(
      ({ x }) =>
        tf.add(tf.div(tf.sum(x, 0), x.shape[0]), tf.sum(tf.mul(x, tf.reshape(tf.range(0, x.shape[0]), [-1, 1])), 0)),
      { inputs: { x: any } },
    );
    const x = tf.ones([4, 3]);
    expect((await replayed(recording, { x }))['output']).toEqual([7, 7, 7]);
  });
});

let calls = 0;
const variable = (): tf.Variable => tf.variable(tf.ones([3]));

const refusals: readonly (readonly [
  string,
  (inputs: { readonly x: Tensor }, random: g.RandomStream) => Tensor | Promise<Tensor>,
  string,
])[] = [
  [
    'a read on the host',
    async ({ x }) => tf.mul(x, (await tf.max(x).data())[0]!),
    '`fn` must not read numbers that depend on its inputs; got a read. Record what comes before it.',
  ],
  [
    'a read of what was drawn',
    async ({ x }, random) => tf.mul(x, (await random.uniform([1]).data())[0]!),
    '`fn` must not read numbers that depend on its inputs; got a read.',
  ],
  [
    'other operations at the next call',
    ({ x }) => (calls++ % 2 === 0 ? tf.neg(x) : tf.exp(x)),
    '`fn` must do the same at each call; got the list of operations: Neg, Exp. Let neither the host nor the numbers decide what is computed.',
  ],
  [
    'more operations at the next call',
    ({ x }) => (calls++ % 2 === 0 ? tf.neg(x) : tf.exp(tf.neg(x))),
    '`fn` must do the same at each call; got the list of operations: nothing, Exp.',
  ],
  [
    'an attribute that the host chooses at each call',
    ({ x }) => tf.clipByValue(x, -1, 1 + calls++),
    '`fn` must do the same at each call; got `clipValueMax` of ClipByValue: ',
  ],
  [
    'an operation that a recording cannot have',
    ({ x }) => tf.real(tf.fft(tf.complex(x, tf.zerosLike(x)))),
    '`fn` must consist of operations that a recording can have; got Complex. Record what comes before it.',
  ],
  [
    'a size that is no sum of products',
    ({ x }) => tf.fill([x.shape[0] ** 2], 1),
    '`fn` must depend on free sizes (batch) by sums and products; got ',
  ],
  [
    'operations whose number is the batch',
    ({ x }) => tf.addN(tf.unstack(x)),
    '`fn` must depend on free sizes (batch) by sums and products; got ',
  ],
  ['no tensor', () => 3 as never, '`fn(...)` must be a record such as { output }; got 3. Return { output }.'],
  ['nothing', () => undefined as never, '`fn(...)` must be'],
  [
    'its own error',
    () => {
      throw new Error('of the user');
    },
    'of the user',
  ],
  [
    'its own error, later',
    async ({ x }) => {
      tf.neg(x);
      await Promise.resolve();
      throw new Error('of the user');
    },
    'of the user',
  ],
];

describe('a refused function', () => {
  test.each(refusals)(
    'with %s ends in a sentence, and leaves tensors, kernels and streams as before',
    async (_, run, message) => {
      const random = g.createRandom(5);
      const stream = random.state();
      const state = variable();
      const part = { variables: [state], dispose: () => undefined };
      const engine = tf.engine() as unknown as Record<string, unknown>;
      const methods = ['runKernel', 'runKernelFunc', 'read', 'readSync'].map((name) => engine[name]);
      const before = { ...tf.memory() };
      const error = await record(
        (inputs, from) => {
          tf.tidy(() => state.assign(tf.add(state, 1)));
          return run(inputs, from);
        },
        { inputs: { x: any }, random, state: part },
      ).then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      const shown = message.startsWith('`') ? `record: ${message}` : message;
      expect(error?.message).toContain(shown);
      expect(error!.message.length).toBeLessThan(280);
      expect(tf.memory().numTensors).toBe(before.numTensors);
      expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
      expect(['runKernel', 'runKernelFunc', 'read', 'readSync'].map((name) => engine[name])).toEqual(methods);
      expect(random.state()).toEqual(stream);
      expect(await numbersOf(state)).toEqual([1, 1, 1]);
      state.dispose();
    },
  );

  test('offers a fixed batch, which is then recorded', async () => {
    const run = ({ x }: { x: Tensor }): Tensor => tf.sum(x.shape[0] % 2 === 0 ? tf.neg(x) : tf.abs(x), 0);
    await expect(record(run, { inputs: { x: any } })).rejects.toThrow(/Fix |fixed|without null/);
    const recording = await record(run, { inputs: { x: { shape: [4, 3] } } });
    const x = tf.ones([4, 3]);
    expect((await replayed(recording, { x }))['output']).toEqual([-4, -4, -4]);
  });
});

test.each<readonly [string, unknown, unknown, RegExp]>([
  ['no function', 3, { inputs: {} }, /^record: `fn` must be a function/],
  ['no options', () => tf.scalar(1), undefined, /^record: `options`/],
  ['no inputs', () => tf.scalar(1), {}, /^record: `inputs` must/],
  [
    'a shape of the wrong kind',
    () => tf.scalar(1),
    { inputs: { x: { shape: [-1] } } },
    /^record: `inputs.x` must be a tensor, or \{ shape \}/,
  ],
  [
    'a wrong type',
    () => tf.scalar(1),
    { inputs: { x: { shape: [1], dtype: 'string' } } },
    /^record: `inputs.x.dtype` must be 'float32'/,
  ],
  [
    'an unknown option',
    () => tf.scalar(1),
    { inputs: {}, batch: 3 },
    /^record: `options` must be an object with the keys inputs, random, state; got the key 'batch'/,
  ],
  ['no stream', () => tf.scalar(1), { inputs: {}, random: 3 }, /^record: `random` must/],
])('%s is refused', async (_, fn, options, message) => {
  await expect(record(fn as never, options as never)).rejects.toThrow(message);
});

test('two recordings at the same time are refused, and the first one is made', async () => {
  const run = async ({ x }: { x: Tensor }): Promise<Tensor> => {
    await Promise.resolve();
    return tf.neg(x);
  };
  const [first, second, third] = await Promise.allSettled([1, 2, 3].map(() => record(run, { inputs: { x: any } })));
  expect(first).toMatchObject({ status: 'fulfilled' });
  for (const one of [second, third])
    expect((one as PromiseRejectedResult).reason).toMatchObject({
      message: 'record: `fn` must be recorded by itself; got another recording. Await the other one first.',
    });
  expect(operationsOf(await record(run, { inputs: { x: any } }))).toEqual(['Neg']);
});

test('recording leaks nothing', async () => {
  const layer = g.unet({ channels: 1, widths: [4], groups: 2, random: g.createRandom(1) });
  const timesteps = tf.tensor1d([1, 2], 'int32');
  const before = { ...tf.memory() };
  const recording = await record(({ x }, random) => tf.add(layer.apply(x, { timesteps }), random.normal(x.shape)), {
    inputs: { x: { shape: [2, 4, 4, 1] } },
    random: g.createRandom(2),
    state: layer,
  });
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(recording.draws[0]!.value.shape).toEqual([2, 4, 4, 1]);
  recording.dispose();
  expect(tf.memory().numTensors).toBe(before.numTensors);
  expect(tf.memory().numDataBuffers).toBe(before.numDataBuffers);
});
