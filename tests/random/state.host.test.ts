import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createRandom, type RandomState, type RandomStream } from '../../src/random/index.js';

/** The next draws of each kind. */
async function future(random: RandomStream): Promise<unknown> {
  const tensors = [random.normal([3, 5]), random.uniform([7], -1, 2), random.integers([9], -5, 50)];
  const values = await Promise.all(tensors.map((tensor) => tensor.data()));
  tf.dispose(tensors);
  return { values: values.map((v) => Array.from(v)), order: Array.from(random.permutation(11)) };
}

describe('state and restore', () => {
  it('continue bit for bit through JSON, in any stream', async () => {
    const random = createRandom(0).fork('a').fork('\u00fc "b"');
    random.normal([37]).dispose();
    const saved = JSON.stringify(random.state());
    const expected = await future(random);
    expect(await future(random)).not.toEqual(expected);
    random.restore(JSON.parse(saved) as RandomState);
    expect(await future(random)).toEqual(expected);
    const other = createRandom(99);
    other.restore(JSON.parse(saved) as RandomState);
    expect(await future(other)).toEqual(expected);
    // The seed and the path are restored, too: forks are those of the saved stream.
    expect(other.fork('c').state()).toEqual(createRandom(0).fork('a').fork('\u00fc "b"').fork('c').state());
  });

  it('give plain JSON that later draws do not change', () => {
    const random = createRandom(3);
    const state = random.state();
    const copy = JSON.parse(JSON.stringify(state)) as RandomState;
    random.permutation(5);
    expect(state).toEqual(copy);
    expect(random.state()).not.toEqual(copy);
    expect(state.words.every((word) => Number.isInteger(word) && word >= 0 && word < 2 ** 32)).toBe(true);
  });

  it('do not keep a reference to the state that was passed', () => {
    const random = createRandom(3);
    const state = { ...random.fork('a').state(), path: ['a'] };
    random.restore(state);
    state.path.push('b');
    expect(random.state().path).toEqual(['a']);
  });

  it('reject an invalid state, and change nothing', () => {
    const random = createRandom(3);
    random.permutation(5);
    const before = random.state();
    const words = before.words;
    const replace = (i: number, word: unknown) => words.map((old, j) => (i === j ? word : old));
    const wrong: [unknown, RegExp][] = [
      [undefined, /^random\.restore: `state\.algorithm` must be .*; got undefined\./],
      [null, /`state\.algorithm` must be .*; got undefined\./],
      ['{}', /`state\.algorithm` must be/],
      [{ ...before, algorithm: 'mt19937' }, /`state\.algorithm` must be "xoshiro128\+\+ x 4"; got 'mt19937'\./],
      [{ ...before, seed: '3' }, /`state\.seed` must be a number; got '3'\./],
      [{ ...before, seed: -1 }, /`state\.seed` must be an integer of at least 0; got -1\./],
      [{ ...before, path: 'a' }, /`state\.path` must be an array of strings; got 'a'\./],
      [{ ...before, path: ['a', 1] }, /`state\.path` must be an array of strings; got \['a', 1\]\./],
      [{ ...before, words: undefined }, /`state\.words` must be 16 integers from 0 to 2\^32 - 1; got undefined\./],
      [{ ...before, words: words.slice(1) }, /`state\.words` must be 16 integers .*; got Array of length 15\./],
      [{ ...before, words: replace(2, -1) }, /`state\.words` must be 16 integers/],
      [{ ...before, words: replace(3, 2 ** 32) }, /`state\.words` must be 16 integers/],
      [{ ...before, words: replace(4, null) }, /`state\.words` must be 16 integers/],
      [{ ...before, words: words.map((w, i) => (i % 4 === 1 ? 0 : w)) }, /must not be all zero in lane 1/],
    ];
    for (const [state, message] of wrong) {
      expect(() => random.restore(state as RandomState)).toThrow(message);
      expect(random.state()).toEqual(before);
    }
  });
});
