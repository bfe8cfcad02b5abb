import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  createAdam,
  createRandom,
  createTrainer,
  dense,
  loadCheckpoint,
  loadWeights,
  saveCheckpoint,
  saveWeights,
  type Network,
} from '../../../src/index.js';
import { decodeSafetensors, encodeSafetensors } from '../../support/safetensors.js';
import { bits, entry, file, refusal, sentence } from './safetensors-sample.js';
import { inScope } from '../../support/in-scope.js';

inScope();

/** A file that python/make_files.py has written. */
const written = (name: string): Uint8Array => new Uint8Array(readFileSync(new URL(`python/${name}`, import.meta.url)));
const numbersOf = (bytes: Uint8Array, name: string): unknown => {
  const { dtype, data } = decodeSafetensors('load', bytes).tensors.get(name)!;
  return [dtype, ...data];
};

describe("a file of Python's safetensors", () => {
  const bytes = written('every-dtype.safetensors');

  test.each<[string, unknown[]]>([
    ['float64', ['F32', 0.5, -0, Math.fround(1 / 3), -65504, Math.fround(6e-8), 3]],
    ['float32', ['F32', 0.5, -0, Math.fround(1 / 3), -65504, Math.fround(6e-8), 3]],
    ['float16', ['F32', 0.5, -0, 1365 / 4096, -65504, 2 ** -24, 3]],
    ['bfloat16', ['F32', 0.5, -0, 171 / 512, -65536, 129 * 2 ** -31, 3]],
    ['int64', ['I32', -1, -2, -3, -4, -101, -128]],
    ['int32', ['I32', -1, -2, -3, -4, -101, -128]],
    ['int16', ['I32', -1, -2, -3, -4, -101, -128]],
    ['int8', ['I32', -1, -2, -3, -4, -101, -128]],
    ['uint8', ['U8', 0, 1, 2, 3, 100, 127]],
    ['uint16', ['I32', 0, 1, 2, 3, 100, 127]],
    ['uint32', ['I32', 0, 1, 2, 3, 100, 127]],
    ['uint64', ['I32', 0, 1, 2, 3, 100, 127]],
    ['bool', ['BOOL', 0, 1, 1, 1, 1, 1]],
    ['large.int64', ['I64', 2n ** 53n + 1n, -(2n ** 63n)]],
    ['large.uint32', ['U32', 2 ** 32 - 1, 5]],
    ['scalar', ['I32', 7]],
    ['none', ['F32']],
  ])('gives the numbers of %s', (name, expected) => {
    expect(numbersOf(bytes, name)).toEqual(expected);
  });

  test('has shapes and metadata, and no other tensors', () => {
    const { metadata, tensors } = decodeSafetensors('load', bytes);
    expect([tensors.get('float16')!.shape, tensors.get('scalar')!.shape, tensors.get('none')!.shape]).toEqual([
      [2, 3],
      [],
      [0, 3],
    ]);
    expect([metadata, tensors.size]).toEqual([{ format: 'pt' }, 17]);
  });

  test('is read in another order, with numbers at odd positions', () => {
    const odd = written('odd.safetensors');
    const { tensors } = decodeSafetensors('load', odd);
    expect([...tensors.keys()]).toEqual(['byte', 'double', 'half', 'flag', 'count', 'single']);
    const half = 1638 / 2 ** 14;
    expect([...tensors.values()].map(({ data }) => [...data])).toEqual([
      [9],
      [1.5, -2.5],
      [half, 2, -3],
      [1],
      [12345],
      [0.25, Math.fround(1e30)],
    ]);
  });
});

/** The same file with other bytes for its floats. */
function rewritten(
  bytes: Uint8Array,
  dtype: 'F64' | 'F16',
  width: number,
  put: (view: DataView, i: number, x: number) => void,
) {
  const { metadata, tensors } = decodeSafetensors('test', bytes);
  const fields: Record<string, unknown> = { __metadata__: metadata };
  const chunks: number[] = [];
  for (const [name, { shape, data }] of tensors) {
    const view = new DataView(new ArrayBuffer(width * data.length));
    (data as Float32Array).forEach((x, i) => put(view, i, x));
    const begin = chunks.length;
    chunks.push(...new Uint8Array(view.buffer));
    fields[name] = { dtype, shape, data_offsets: [begin, chunks.length] };
  }
  return file(JSON.stringify(fields), Uint8Array.from(chunks));
}
const inDoubles = (bytes: Uint8Array) => rewritten(bytes, 'F64', 8, (view, i, x) => view.setFloat64(8 * i, x, true));
/** As halves that are cut off, as none of ours are. */
const inHalves = (bytes: Uint8Array) =>
  rewritten(bytes, 'F16', 2, (view, i, x) => view.setUint16(2 * i, x < 0 ? 0xb800 : 0x3800, true));

describe('numbers in another width', () => {
  const layer = (seed: number) => dense({ inputs: 3, units: 4, random: createRandom(seed) });
  const read = (part: Network) => Promise.all(part.variables.map(async (variable) => [...(await variable.data())]));
  const trainerOf = (network: Network) =>
    createTrainer({
      name: 'line',
      parts: { network },
      optimizer: createAdam({ learningRate: 0.01 }),
      loss: ({ x }) => ({ loss: tf.mean(tf.square(network.apply(x))) }),
      random: createRandom(3),
    });

  test('F16 gives the nearest halves, with checksums that hold', async () => {
    const [from, to] = [layer(1), layer(2)];
    const [whole, half] = [await saveWeights(from), await saveWeights(from, { dtype: 'F16' })];
    expect(whole.length - half.length).toBeGreaterThanOrEqual(2 * 16 - 8);
    await loadWeights(to, half);
    const [exact, rounded] = [(await read(from)).flat(), (await read(to)).flat()];
    exact.forEach((x, i) => {
      // half a unit in the eleventh digit
      expect(Math.abs(rounded[i]! - x)).toBeLessThanOrEqual(2 ** (Math.floor(Math.log2(Math.abs(x))) - 11));
      expect(rounded[i]! * 2 ** 24).toBe(Math.round(rounded[i]! * 2 ** 24));
    });
    const damaged = half.slice();
    damaged[half.length - 1]! ^= 1;
    await expect(loadWeights(to, damaged)).rejects.toThrow(/must have the checksum/);
    // halves saved again are the same file
    expect(await saveWeights(to, { dtype: 'F16' })).toEqual(half);
  });

  test('F16 refuses a number beyond 65,504 by name', async () => {
    const part = layer(1);
    part.variables[1]!.assign(tf.tensor1d([0, 65504, 65505, 0]));
    await expect(saveWeights(part, { dtype: 'F16' })).rejects.toThrow(
      'saveWeights: `tensors` must have only numbers of at most 65504 in the tensor "1"; got 65505. Save it as F32.',
    );
    part.variables[1]!.assign(tf.tensor1d([0, 65504, -65504, 0]));
    await saveWeights(part, { dtype: 'F16' });
    part.variables[1]!.assign(tf.tensor1d([0, NaN, 0, 0]));
    await expect(saveWeights(part, { dtype: 'F16' })).rejects.toThrow(/in the tensor "1"; got NaN\.$/);
  });

  test('F64 beyond float32 is refused by name', () => {
    const data = new Uint8Array(Float64Array.of(1, 2 ** 128).buffer);
    const { message } = refusal(file(`{"decoder.3":${entry('F64', [2], [0, 16])}}`, data));
    expect(message).toMatch(sentence);
    expect(message).toContain(`only finite numbers of float32 in the tensor "decoder.3"; got ${2 ** 128}.`);
  });

  test.each([
    ['F16', Uint16Array.of(0x7c00), 'Infinity'],
    ['F16', Uint16Array.of(0xfe00), 'NaN'],
    ['BF16', Uint16Array.of(0xff80), '-Infinity'],
    ['F64', Float64Array.of(NaN), 'NaN'],
  ])('%s is refused when it holds no number', (dtype, numbers, got) => {
    const data = new Uint8Array(numbers.buffer);
    const { message } = refusal(file(`{"a":${entry(dtype, [1], [0, data.length])}}`, data));
    expect(message).toMatch(new RegExp(`only finite numbers.* in the tensor "a"; got ${got}\\.`));
  });

  test('weights and a checkpoint rewritten in F64 have the same numbers, and load bit for bit', async () => {
    const [from, to] = [layer(1), layer(2)];
    await loadWeights(to, inDoubles(await saveWeights(from)));
    expect(await read(to)).toEqual(await read(from));
    const again = layer(5);
    const [saved, other] = [trainerOf(from), trainerOf(again)];
    saved.step({ x: tf.ones([2, 3]) });
    await loadCheckpoint(other, inDoubles(await saveCheckpoint(saved)));
    expect(await read(again)).toEqual(await read(from));
  });

  test('a checkpoint rewritten in F16 has other numbers, which its checksums detect', async () => {
    const saved = trainerOf(layer(1));
    await expect(loadCheckpoint(saved, inHalves(await saveCheckpoint(saved)))).rejects.toThrow(
      /must have the checksum/,
    );
  });

  test('an int32 of a part is read from I64, and one beyond it refused', async () => {
    const part = { ...layer(1), buffers: [tf.tidy(() => tf.variable(tf.scalar(1, 'int32'), false))] };
    const tensors = [...decodeSafetensors('test', await saveWeights(part)).tensors].map(([name, tensor]) => ({
      name,
      ...tensor,
    }));
    const count = (n: bigint) => ({ name: '2', dtype: 'I64', shape: [], data: BigInt64Array.of(n) }) as const;
    const bytes = (n: bigint) => encodeSafetensors({ tensors: [...tensors.slice(0, 2), count(n)], metadata: {} });
    expect(tensors.map(({ name }) => name)).toEqual(['1', '0', '2'].sort());
    await loadWeights(part, bytes(77n));
    expect([...(await part.buffers[0]!.data())]).toEqual([77]);
    await expect(loadWeights(part, bytes(2n ** 31n))).rejects.toThrow('loadWeights: `bytes: 2` must be I32; got I64.');
  });

  test('integers of 64 bits come back bit for bit', () => {
    const tensor = { dtype: 'I64', shape: [2], data: BigInt64Array.of(2n ** 60n, -1n) } as const;
    const bytes = encodeSafetensors({ tensors: [{ name: 'n', ...tensor }], metadata: {} });
    expect(bits(decodeSafetensors('load', bytes))).toEqual(bits({ metadata: {}, tensors: new Map([['n', tensor]]) }));
  });
});
