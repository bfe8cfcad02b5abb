import * as tf from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createAdam,
  describeCheckpoint,
  loadCheckpoint,
  loadWeights,
  mlp,
  createRandom,
  saveCheckpoint,
  saveWeights,
  ShapeError,
  train,
  type BatchSource,
  type Network,
  type Trainer,
} from '../../../src/index.js';
import { atOnce } from '../../../src/training/pause.js';
import { withSums } from '../../../src/training/saving/checksums.js';
import { decodeSafetensors, encodeSafetensors } from '../../support/safetensors.js';
import type { SafetensorsData, SafetensorsTensor } from '../../../src/training/saving/safetensors.js';
import { bitsOf, snapshot, tinyBatches, tinyVae, variableOf, withoutLeak, type TinyVae } from '../sample.js';
import { inScope } from '../../support/in-scope.js';

const make = (options: Parameters<typeof tinyVae>[1] = {}) =>
  tinyVae(createAdam({ learningRate: 0.01 }), { averaged: true, ...options });

async function run({ trainer, data }: TinyVae, steps: number): Promise<void> {
  for await (const report of train(trainer, data, { steps })) expect(report.skipped).toBe(0);
}

type Change = (content: {
  metadata: Record<string, string>;
  tensors: Map<string, { shape: number[]; data: Float32Array }>;
}) => void;

/** The file with its parts changed, and with the checksums that it had. */
function altered(bytes: Uint8Array, change: Change): Uint8Array {
  const { metadata, tensors } = decodeSafetensors('test', bytes);
  const content = { metadata: { ...metadata }, tensors: new Map(tensors) };
  change(content as never);
  return encodeSafetensors({ metadata: content.metadata, tensors: listOf(content.tensors) });
}

/** The file with its parts changed, and with the checksums that go with them. */
function changed(bytes: Uint8Array, change: Change): Uint8Array {
  const { metadata, tensors } = decodeSafetensors('test', bytes);
  const { checksums, ...others } = metadata;
  const content = { metadata: others, tensors: new Map(tensors) };
  change(content as never);
  const list = listOf(content.tensors);
  return encodeSafetensors({
    metadata: checksums === undefined ? others : atOnce(withSums(list, content.metadata)),
    tensors: list,
  });
}

const listOf = (tensors: ReadonlyMap<string, SafetensorsData>): SafetensorsTensor[] =>
  [...tensors].map(([name, tensor]) => ({ name, ...tensor }));
const nested = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

const withPlain = (bytes: Uint8Array, change: (plain: Record<string, unknown>) => unknown) =>
  changed(bytes, ({ metadata }) => {
    metadata['trainer'] = JSON.stringify(change(JSON.parse(metadata['trainer']!) as Record<string, unknown>));
  });

let saved: TinyVae;
let file: Uint8Array;

beforeEach(async () => {
  saved = make();
  await run(saved, 2);
  file = await saveCheckpoint(saved.trainer, { data: saved.data, metadata: { latentSize: 2 } });
});
inScope();

describe('a checkpoint', () => {
  test('restores everything, into a trainer that has stepped or not, and leaks nothing', async () => {
    for (const steps of [0, 3]) {
      const other = make({ seed: 5 });
      if (steps > 0) await run(other, steps);
      await withoutLeak(() => loadCheckpoint(other.trainer, file, { data: other.data }));
      expect(await snapshot(other.trainer)).toEqual(await snapshot(saved.trainer));
      expect(other.data.state()).toEqual(saved.data.state());
    }
  });

  test('has the same bytes when it is saved twice, and saving leaks nothing', async () => {
    const options = { data: saved.data, metadata: { latentSize: 2 } };
    expect(await withoutLeak(() => saveCheckpoint(saved.trainer, options))).toEqual(file);
  });

  test('names its tensors by structure', () => {
    const names = [...decodeSafetensors('test', file).tensors.keys()];
    expect(new Set(names.map((name) => name.replace(/\.\d+$/, '')))).toEqual(
      new Set(['encoder', 'decoder', 'optimizer', 'averageEncoder', 'averageDecoder']),
    );
    expect(names.filter((name) => name.startsWith('encoder')).sort()).toEqual([
      'encoder.0',
      'encoder.1',
      'encoder.2',
      'encoder.3',
    ]);
  });

  test('gives back its metadata, or null', async () => {
    expect(describeCheckpoint(file).metadata).toEqual({ latentSize: 2 });
    expect(describeCheckpoint(await saveCheckpoint(saved.trainer)).metadata).toBeNull();
    expect(() => describeCheckpoint(file.subarray(0, 40))).toThrow(/describeCheckpoint/);
  });

  test('holds the state at the moment of the call, although the run continues', async () => {
    const before = await snapshot(saved.trainer);
    const writing = saveCheckpoint(saved.trainer);
    await run(saved, 1);
    const other = make();
    await loadCheckpoint(other.trainer, await writing);
    expect(await snapshot(other.trainer)).toEqual(before);
  });

  test('with a number that is not finite is not written', async () => {
    saved.encoder.variables[0]!.assign(tf.mul(saved.encoder.variables[0]!, NaN));
    await withoutLeak(() => expect(saveCheckpoint(saved.trainer)).rejects.toThrow(/finite.*encoder\.0/));
  });

  const bad: [string, () => Uint8Array | Promise<Uint8Array>, RegExp][] = [
    ['cut short', () => file.subarray(0, file.length - 3), /loadCheckpoint: `bytes`/],
    ['followed by other bytes', () => Uint8Array.of(...file, 0), /loadCheckpoint: `bytes`/],
    ['no bytes', () => 'file' as never, /must be a Uint8Array/],
    ['weights alone', () => saveWeights(saved.decoder), /must be a file of saveCheckpoint.*loadWeights/],
    [
      'of a foreign format',
      () => changed(file, ({ metadata }) => (metadata['format'] = 'pt')),
      /must be a file of saveCheckpoint.*got "pt"/,
    ],
    [
      'without one of the tensors',
      () => changed(file, ({ tensors }) => tensors.delete('encoder.0')),
      /got a file with no encoder\.0\. Make the model/,
    ],
    [
      'with a tensor too many',
      () => changed(file, ({ tensors }) => tensors.set('more', tensors.get('encoder.0')!)),
      /got a file with more in addition\. Make the model/,
    ],
    [
      'with another name for a tensor',
      () =>
        changed(file, ({ tensors }) => {
          tensors.set('more', tensors.get('encoder.0')!);
          tensors.delete('encoder.0');
        }),
      /got a file with no encoder\.0 and more in addition\. Make the model/,
    ],
    [
      'of another shape',
      () => changed(file, ({ tensors }) => tensors.set('encoder.1', { ...tensors.get('encoder.1')!, shape: [8, 1] })),
      /bytes: encoder\.1.*must have shape \[8\]; got \[8, 1\]/,
    ],
    [
      'of another type',
      () =>
        changed(file, ({ tensors }) =>
          tensors.set('encoder.1', { dtype: 'I32', data: new Int32Array(8), shape: [8] } as never),
        ),
      /encoder\.1` must be F32; got I32/,
    ],
    [
      'of another trainer',
      () => withPlain(file, () => ({ trainer: 'gan' })),
      /must be the state of a trainer named "vae"/,
    ],
    ['without its counters', () => withPlain(file, () => null), /must be the state of a trainer named "vae"/],
    [
      'with a broken counter',
      () => withPlain(file, (plain) => ({ ...plain, steps: -1 })),
      /^loadCheckpoint: `bytes: plain.steps`/,
    ],
    [
      'with a broken random state',
      () => withPlain(file, (plain) => ({ ...plain, random: {} })),
      /^loadCheckpoint: `bytes: state.algorithm`/,
    ],
    [
      'of another optimizer',
      () => withPlain(file, (plain) => ({ ...plain, optimizer: { optimizer: 'SGD' } })),
      /must be the state of an Adam optimizer/,
    ],
    [
      'with broken JSON',
      () => changed(file, ({ metadata }) => (metadata['trainer'] = '{')),
      /must hold JSON under "trainer" in its metadata; got '\{'\./,
    ],
    [
      'with JSON of 101 levels',
      () => changed(file, ({ metadata }) => (metadata['trainer'] = nested(101))),
      /must hold JSON of at most 100 levels under "trainer" in its metadata; got 101\./,
    ],
    [
      'with JSON of 100 levels, which are read',
      () => changed(file, ({ metadata }) => (metadata['trainer'] = nested(100))),
      /must be the state of a trainer named "vae"/,
    ],
    [
      'with other metadata than the checksum is of',
      () => altered(file, ({ metadata }) => (metadata['metadata'] = '{"latentSize":3}')),
      /must have metadata with the checksum in it; got another\. The file is damaged/,
    ],
    [
      'with another number than the checksum is of',
      () => altered(file, ({ tensors }) => (tensors.get('decoder.1')!.data[0] = 5)),
      /must have the checksum of the tensor "decoder\.1" that it holds; got [0-9a-f]{8}\. The file is damaged/,
    ],
    [
      'with a place outside the data',
      () => changed(file, ({ metadata }) => (metadata['data'] = '{"epoch":0,"position":3}')),
      /^loadCheckpoint: `bytes: state.position` must be finite and below 3/,
    ],
    [
      'without a place in the data',
      () => saveCheckpoint(saved.trainer),
      /must have the position of { data }; got a file saved without { data }\. Save with { data }, or load without it/,
    ],
  ];

  test.each(bad)('that is %s is refused, and nothing changes', async (_, bytes, message) => {
    const broken = await bytes();
    const other = make({ seed: 3 });
    await run(other, 1);
    const before = [await snapshot(other.trainer), other.data.state()];
    await withoutLeak(() =>
      expect(loadCheckpoint(other.trainer, broken, { data: other.data })).rejects.toThrow(message),
    );
    expect([await snapshot(other.trainer), other.data.state()]).toEqual(before);
  });

  test('of a model of other sizes is a ShapeError or names the missing tensor', async () => {
    const plain = tinyVae(createAdam({ learningRate: 0.01 }));
    await expect(loadCheckpoint(plain.trainer, file)).rejects.toThrow(/averageDecoder\.0.*in addition/);
    const wider = changed(file, ({ tensors }) => {
      tensors.set('encoder.1', { ...tensors.get('encoder.1')!, shape: [4, 2] });
    });
    const error = await loadCheckpoint(make().trainer, wider).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({ expected: [8], received: [4, 2] });
  });

  test('is not loaded into a part that was disposed, and nothing changes', async () => {
    const other = make();
    other.decoder.dispose();
    const before = await bitsOf(other.encoder.variables);
    await expect(loadCheckpoint(other.trainer, file)).rejects.toThrow(/`decoder` must not be disposed/);
    expect(await bitsOf(other.encoder.variables)).toEqual(before);
  });

  test('of a run that cannot be resumed exactly is neither written nor read', async () => {
    const { trainer } = tinyVae(tf.train.adam(0.01));
    const message =
      "Checkpoint: `trainer` must be resumable exactly; got tf.train's Adam optimizer. " +
      'Use createAdam and layers that draw from options.random, or save the parts with saveWeights.';
    await expect(saveCheckpoint(trainer)).rejects.toThrow(`save${message}`);
    await expect(loadCheckpoint(trainer, file)).rejects.toThrow(`load${message}`);
  });

  test('of a trainer of the user is written, and loaded if it can be restored', async () => {
    const weight = variableOf([1, 2]);
    let count = 3;
    const trainer: Trainer = {
      step: () => ({}),
      evaluate: () => ({}),
      get state() {
        return { variables: { weight }, plain: { count } };
      },
      dispose: () => undefined,
    };
    const bytes = await saveCheckpoint(trainer);
    await expect(loadCheckpoint(trainer, bytes)).rejects.toThrow(/`trainer.restore` must be a function/);
    weight.assign(tf.tensor1d([0, 0]));
    const restore = (plain: unknown) => (count = (plain as { count: number }).count);
    const restorable: Trainer = { ...trainer, state: trainer.state, restore };
    count = 9;
    await loadCheckpoint(restorable, bytes);
    expect([count, ...(await weight.data())]).toEqual([3, 1, 2]);
  });
});

describe('the data of a checkpoint', () => {
  test('must be of a source with a position, to save and to load', async () => {
    const source = [tf.zeros([1, 6])] as never;
    const message = 'Checkpoint: `data.restore` must be a function';
    await expect(saveCheckpoint(saved.trainer, { data: source })).rejects.toThrow(`save${message}`);
    await expect(loadCheckpoint(saved.trainer, file, { data: source })).rejects.toThrow(`load${message}`);
  });

  test('may be left out on both sides', async () => {
    const other = make({ seed: 3 });
    await loadCheckpoint(other.trainer, await saveCheckpoint(saved.trainer));
    expect(await snapshot(other.trainer)).toEqual(await snapshot(saved.trainer));
  });

  test('may be any source with a state', async () => {
    let place: unknown = { page: 4 };
    const source = { ...tinyBatches(1), state: () => place, restore: (to: unknown) => (place = to) } as BatchSource;
    const bytes = await saveCheckpoint(saved.trainer, { data: source });
    place = null;
    await loadCheckpoint(saved.trainer, bytes, { data: source });
    expect(place).toEqual({ page: 4 });
  });
});

describe('weights', () => {
  /** A network with a float and an integer buffer. */
  const withBuffers = (seed: number): Network => {
    const inner = mlp({ sizes: [3, 4, 2], random: createRandom(seed) });
    const buffers = [variableOf([seed, 2]), tf.tidy(() => tf.variable(tf.scalar(seed, 'int32'), false))];
    return { ...inner, buffers };
  };

  test('of a part come back bit for bit, buffers too, and leak nothing', async () => {
    const [from, to] = [withBuffers(1), withBuffers(2)];
    const bytes = await withoutLeak(() => saveWeights(from));
    expect([...decodeSafetensors('test', bytes).tensors.keys()].sort()).toEqual(['0', '1', '2', '3', '4', '5']);
    await withoutLeak(() => loadWeights(to, bytes));
    expect(await bitsOf([...to.variables, ...to.buffers!])).toEqual(
      await bitsOf([...from.variables, ...from.buffers!]),
    );
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array]>([
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 1)],
    ['with a tensor too many', (bytes) => changed(bytes, ({ tensors }) => tensors.set('6', tensors.get('0')!))],
    ['with a tensor less', (bytes) => changed(bytes, ({ tensors }) => tensors.delete('3'))],
    [
      'of another shape',
      (bytes) => changed(bytes, ({ tensors }) => tensors.set('3', { ...tensors.get('3')!, shape: [2, 1] })),
    ],
  ])('%s are refused, and nothing changes', async (_, change) => {
    const part = withBuffers(2);
    const bytes = change(await saveWeights(withBuffers(1)));
    const before = await bitsOf([...part.variables, ...part.buffers!]);
    await withoutLeak(() => expect(loadWeights(part, bytes)).rejects.toThrow(/loadWeights/));
    expect(await bitsOf([...part.variables, ...part.buffers!])).toEqual(before);
  });

  test('need no metadata, and accept any', async () => {
    const part = withBuffers(2);
    const tensors = listOf(decodeSafetensors('test', await saveWeights(withBuffers(1))).tensors);
    for (const metadata of [{}, { format: 'pt' }]) {
      tf.tidy(() => part.variables.forEach((variable) => variable.assign(tf.zerosLike(variable))));
      await loadWeights(part, encodeSafetensors({ metadata, tensors }));
      expect(await bitsOf(part.variables)).toEqual(await bitsOf(withBuffers(1).variables));
    }
  });

  test('must be of an existing part', async () => {
    const part = withBuffers(1);
    const bytes = await saveWeights(part);
    const none = '`part` must be a network or a part; got undefined.';
    await expect(saveWeights(undefined as never)).rejects.toThrow(`saveWeights: ${none}`);
    await expect(loadWeights(undefined as never, bytes)).rejects.toThrow(`loadWeights: ${none}`);
    part.dispose();
    await expect(saveWeights(part)).rejects.toThrow('saveWeights: `part` must not be disposed');
    await expect(loadWeights(part, bytes)).rejects.toThrow('loadWeights: `part` must not be disposed');
  });
});
