import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom, valueAndGradients } from '../../src/index.js';
import {
  bitsPerToken,
  characters,
  continueTokens,
  createMaskedModel,
  createTokenModel,
  padSequences,
  windows,
} from '../../src/tokens/index.js';
import { checkNoLeaks } from '../support/checks.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';
import { asTensor, randomTransformer } from './small.js';

inScope();

const letters = characters('abc', { end: true });
const sizes = { tokens: 4, length: 4 };
const size = { ...sizes, end: 3 };
const inOrder = () => createTokenModel(randomTransformer(sizes), size);
const masked = () => createMaskedModel(randomTransformer({ ...sizes, causal: false }), size);
const tensor = () => tf.tensor1d([0, 1], 'int32');

describe('a list of tokens', () => {
  const wrong: [string, () => unknown, string][] = [
    ['a tensor', tensor, 'got a int32 tensor of shape [2]. Read it: await tensor.data().'],
    ['a promise', () => tensor().data(), 'got an instance of Promise. Put await before what gives it.'],
    ['a text', () => 'ab', "got 'ab'."],
    ['a record', () => ({ 0: 1 }), 'got { 0 }.'],
    ['nothing', () => undefined, 'got undefined.'],
    ['a number', () => 3, 'got 3.'],
  ];
  test.each(wrong)('is refused if it is %s', async (_, make, got) => {
    expect(() => letters.decode(make() as never)).toThrow(`decode: \`indices\` must be an array of tokens; ${got}`);
    await expect(continueTokens(inOrder(), make() as never, { count: 2, random: createRandom(1) })).rejects.toThrow(
      `continueTokens: \`beginning\` must be an array of tokens; ${got}`,
    );
    const known = inOrder().sample(1, { random: createRandom(1), known: make() as never });
    if (['a tensor', 'nothing'].includes(_)) await known.catch(() => undefined);
    else await expect(known).rejects.toThrow(`sample: \`known\` must be an array of tokens; ${got}`);
  });

  test('may be any array of numbers, also an empty one', async () => {
    for (const list of [[1, 0], Int32Array.of(1, 0), Uint8Array.of(1, 0), Float32Array.of(1, 0)]) {
      expect(letters.decode(list)).toBe('ba');
      expect(await continueTokens(inOrder(), list, { count: 1, random: createRandom(1) })).toHaveLength(1);
    }
    expect(letters.decode([])).toBe('');
  });

  test('is continued from its own tokens', async () => {
    // a network that repeats the last token
    const network = {
      apply: (input: tf.Tensor) => tf.tidy(() => tf.slice(tf.mul(100, tf.oneHot(input, 5)), [0, 0, 0], [-1, -1, 4])),
      variables: [],
      dispose: () => undefined,
    };
    const model = createTokenModel(network, { tokens: 4, length: 4 });
    for (const list of [[2], Int32Array.of(0, 1)]) {
      const written = await continueTokens(model, list, { count: 5, random: createRandom(1) });
      expect([...written]).toEqual(new Array(5).fill(list.at(-1)));
    }
  });
});

test('continueTokens names a model that is none', async () => {
  await expect(continueTokens({} as never, [0], { count: 1, random: createRandom(1) })).rejects.toThrow(
    'continueTokens: `model` must be a record with logProb, sample',
  );
});

describe.each([
  ['autoregressive', inOrder],
  ['masked', masked],
])('a model that is %s', (_, make) => {
  test('names numbers that are no tokens, and gives NaN to gradients', async () => {
    const model = make();
    const rows = [[0, -2, 1, 2], [0, 4, 1, 2], [-7, -1, -1, -1], [0, 1, 2, 1], [0, 3, -1, -1]]; // prettier-ignore
    const wrong = rows.map((row) => {
      try {
        model.logProb(asTensor([row]), { random: createRandom(1) });
      } catch (error) {
        return (error as Error).message;
      }
      return '';
    });
    const must = (got: number): string => `logProb: \`indices\` must be from -1 to 3; got ${got}.`;
    expect(wrong).toEqual([must(-2), must(4), must(-7), '', '']);
    const loss = () => tf.sum(model.logProb(asTensor(new Array(8).fill([0, -2, 1, 2])), { random: createRandom(1) }));
    const { gradients } = valueAndGradients(loss, model.variables);
    expect((await read(gradients.at(-1)!)).some(Number.isNaN)).toBe(true);
  });

  test('takes a beginning as an array, for all sequences', async () => {
    const model = make();
    const draw = (known: tf.Tensor | ArrayLike<number>) => model.sample(3, { random: createRandom(2), known });
    const drawn = await read(await draw(letters.encodePattern('cb')));
    const rows = asTensor(new Array(3).fill([2, 1, -1, -1]));
    expect(drawn).toEqual(await read(await draw(rows)));
    await expect(draw([0, 1, 2, 0, 1])).rejects.toThrow('sample: `known` must hold at most 4 tokens; got 5.');
    await expect(draw([0, 9])).rejects.toThrow('sample: `known` must hold tokens below 4, or -1; got 9 at place 1');
    await expect(draw([0.5])).rejects.toThrow('sample: `known[0]` must be an integer of at least -1; got 0.5.');
  });

  test('is measured on held-out sequences by the mean over their tokens', async () => {
    const model = make();
    const data = padSequences(['ab', 'c', 'cab'].map(letters.encode), { length: 4 });
    const { bits, standardError, tokens } = await bitsPerToken(model, data, { random: createRandom(3), batchSize: 2 });
    const random = createRandom(3);
    const parts = [data.data.subarray(0, 8), data.data.subarray(8)];
    const nats = (await Promise.all(parts.map((part) => read(model.logProb(tf.tensor2d(part, [part.length / 4, 4], 'int32'), { random }))))).flat(); // prettier-ignore
    const counts = [3, 2, 4];
    const mean = -nats.reduce((sum, one) => sum + one, 0) / 9;
    expect(tokens).toBe(9);
    expect(bits).toBeCloseTo(mean / Math.LN2, 5);
    // the error of a ratio: Cochran 1977, section 2.11
    const squares = nats.reduce((sum, one, i) => sum + (one + mean * counts[i]!) ** 2, 0);
    expect(standardError).toBeCloseTo(Math.sqrt((3 * squares) / 2) / 9 / Math.LN2, 5);
  });
});

test('bits per token name what is wrong, leak nothing and can be stopped', async () => {
  const model = inOrder();
  const heldOut = windows(Uint16Array.of(0, 1, 2, 0, 1, 2, 0, 1), { length: 4 });
  await checkNoLeaks(() => bitsPerToken(model, heldOut).then(() => undefined));
  const reason = new Error('enough');
  await expect(bitsPerToken(model, heldOut, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const beyond = { data: Int32Array.of(0, 1, 2, 9), shape: [1, 4] };
  await expect(bitsPerToken(model, beyond)).rejects.toThrow('bitsPerToken: `data` must be from -1 to 3; got 9.');
  const none = { data: new Int32Array(4).fill(-1), shape: [1, 4] };
  await expect(bitsPerToken(model, none)).rejects.toThrow('bitsPerToken: `data` must hold at least one token');
  await expect(bitsPerToken(model, { data: new Float32Array(4), shape: [1, 4] })).rejects.toThrow('bitsPerToken: `data`'); // prettier-ignore
  await expect(bitsPerToken({} as never, heldOut)).rejects.toThrow('bitsPerToken: `model` must be a record');
});

test('draws of a bound are averaged', async () => {
  const model = masked();
  const data = padSequences(['ab', 'cab'].map(letters.encode), { length: 4 });
  const { bits } = await bitsPerToken(model, data, { random: createRandom(1), draws: 3 });
  const random = createRandom(1);
  const x = tf.tensor2d(data.data, data.shape, 'int32');
  const nats: number[] = [];
  for (let i = 0; i < 3; i++) nats.push(...(await read(model.logProb(x, { random }))));
  expect(bits).toBeCloseTo(-nats.reduce((sum, one) => sum + one, 0) / 3 / 7 / Math.LN2, 5);
});

describe('a pattern', () => {
  test('has -1 at its blanks, and the end if it is asked for', () => {
    expect([...letters.encodePattern('a_c', { blank: '_' })]).toEqual([0, -1, 2]);
    expect([...letters.encodePattern('a😀', { blank: '😀', end: true })]).toEqual([0, -1, 3]);
    expect([...letters.encodePattern('')]).toEqual([]);
    expect([...letters.encodePattern('abc', { blank: 'b' })]).toEqual([0, -1, 2]);
  });

  test('does not take an unknown character for a blank', () => {
    expect(() => letters.encodePattern('ax_', { blank: '_' })).toThrow(
      "encodePattern: `pattern` must hold characters of the alphabet, or _ for a blank; got 'x' at place 1.",
    );
    expect(() => letters.encodePattern('a_')).toThrow('must hold characters of the alphabet; got');
    expect(() => letters.encodePattern('a', { blank: '' })).toThrow('`blank` must be one character');
    expect(() => characters('ab').encodePattern('a', { end: true })).toThrow('`end` must be left out');
  });
});

test('a batch is decoded row by row', async () => {
  const rows = asTensor([[0, 1, 3, -1], [2, -1, 0, 0], [3, 0, 0, 0]]); // prettier-ignore
  expect(await letters.decodeBatch(rows)).toEqual(['ab', 'c', '']);
  await expect(letters.decodeBatch(tf.zeros([2, 2]))).rejects.toThrow('decodeBatch: `indices` must be int32');
});

test('the data of windows and padded sequences fit tf.tensor2d', async () => {
  const { data, shape } = windows(Int32Array.of(1, 2, 3, 4), { length: 2 });
  expect(await read(tf.tensor2d(data, shape, 'int32'))).toEqual([1, 2, 3, 4]);
  const padded = padSequences([Uint8Array.of(1)], { length: 2 });
  expect(await read(tf.tensor2d(padded.data, padded.shape, 'int32'))).toEqual([1, -1]);
  expect(windows(Uint16Array.of(1, 2), { length: 2 }).data).toBeInstanceOf(Uint16Array);
});
