import * as tf from '@tensorflow/tfjs-core';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  barLength,
  decodeNotes,
  encodeTunes,
  noteOnsets,
  noteTimes,
  noteVocabulary,
  quantizeNotes,
  readAbc,
  transposeTune,
  writeAbc,
  writeMidi,
  type Tune,
} from '../../src/music/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const shipped = readAbc(readFileSync('examples/data/melodies/melodies.abc', 'utf8'));
const tune = (pitch: number, sharps: number): Tune => ({ title: 'a', metre: '4/4', sharps, notes: [{ pitch, length: 96 }] }); // prettier-ignore

describe('tokens', () => {
  test('decode to the notes that they encode', () => {
    const tunes = shipped.map((one) => transposeTune(one, { sharps: 0 }));
    const vocabulary = noteVocabulary(tunes);
    const length = 1 + Math.max(...tunes.map(({ notes }) => notes.length));
    const { x, condition } = encodeTunes(tunes, { vocabulary, length });
    for (const [i, { notes, metre }] of tunes.entries()) {
      const row = x.data.subarray(i * length, (i + 1) * length);
      expect(decodeNotes(row, vocabulary)).toEqual(notes);
      expect([row[notes.length], row[notes.length + 1] ?? -1]).toEqual([vocabulary.end, -1]);
      expect(vocabulary.metres[condition.data[i]!]).toBe(metre);
    }
    // a tune that is cut has no end
    const cut = encodeTunes(tunes, { vocabulary, length: 8 }).x.data;
    expect(Array.from(cut)).not.toContain(vocabulary.end);
    expect(decodeNotes(cut.subarray(0, 8), vocabulary)).toEqual(tunes[0]!.notes.slice(0, 8));
    expect(JSON.parse(JSON.stringify(vocabulary))).toEqual(vocabulary);
  });

  test('know where the next note begins', async () => {
    const vocabulary = noteVocabulary(shipped);
    const [chosen, length] = [shipped.slice(0, 5), 80];
    const metres = [0, 1, 2, 3].map((i) => vocabulary.metres.indexOf(chosen[i]!.metre));
    const { data, shape } = encodeTunes(chosen, { vocabulary, length }).x;
    const input = tf.tensor2d(data.map((token) => Math.max(0, token)), shape, 'int32'); // prettier-ignore
    const times = noteTimes(input, tf.tensor1d([...metres, -1], 'int32'), { vocabulary });
    const read = await Promise.all([times.inBar, times.bar, times.inPart].map((one) => one.array()));
    for (const [row, { metre, notes }] of chosen.entries()) {
      const bar = barLength(metre);
      for (const [i, at] of noteOnsets(notes).slice(1, length).entries()) {
        const expected = row === 4 ? [-1, -1, -1] : [at % bar, Math.floor(at / bar), Math.floor(at / bar) % 8];
        expect((read as number[][][]).map((one) => one[row]![i])).toEqual(expected);
      }
    }
  });

  test.each([
    ['a note that is not in the vocabulary', () => encodeTunes([tune(61, 0)], { vocabulary: noteVocabulary([tune(60, 0)]), length: 2 }), /tunes\[0\]\.notes\[0\]` must be in the vocabulary; got 61 96/],
    ['a token that is none', () => decodeNotes([0, 7], noteVocabulary([tune(60, 0)])), /tokens\[1\]` must be a token, 0 ... 1, or -1; got 7/],
    ['a vocabulary whose numbers differ', () => decodeNotes([0], { ...noteVocabulary([tune(60, 0)]), end: 5 }), /vocabulary/],
    ['no tunes', () => noteVocabulary([]), /must have notes/],
    ['a metre of words', () => barLength('waltz'), /must be a fraction such as '6\/8'/],
  ])('refuse %s', (_, call, message) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});

describe('a member that tunes or vocabularies do not have is refused by', () => {
  const misspelt = { ...tune(60, 0), tempoo: 100 };
  const vocabulary = noteVocabulary([tune(60, 0)]);
  const tooMuch = { ...vocabulary, ends: 1 };
  const metre = tf.tensor1d([0], 'int32');
  const tokens = tf.tensor2d([[0]], [1, 1], 'int32');
  test.each([
    ['writeAbc', 'tune', () => writeAbc(misspelt)],
    ['writeMidi', 'tune', () => writeMidi(misspelt)],
    ['transposeTune', 'tune', () => transposeTune(misspelt, { sharps: 1 })],
    ['noteVocabulary', 'tunes[0]', () => noteVocabulary([misspelt])],
    ['encodeTunes', 'tunes[0]', () => encodeTunes([misspelt], { vocabulary, length: 2 })],
  ])('%s', (name, argument, call) => {
    const rule = 'must be an object with the keys title, metre, sharps, notes';
    expect(call).toThrow(`${name}: \`${argument}\` ${rule}; got the key 'tempoo'.`);
  });

  test.each([
    ['encodeTunes', () => encodeTunes([tune(60, 0)], { vocabulary: tooMuch, length: 2 })],
    ['decodeNotes', () => decodeNotes([0], tooMuch)],
    ['noteTimes', () => noteTimes(tokens, metre, { vocabulary: tooMuch })],
  ])('%s', (name, call) => {
    const rule = 'must be an object with the keys notes, end, tokens, metres';
    expect(call).toThrow(`${name}: \`vocabulary\` ${rule}; got the key 'ends'.`);
  });
});

describe('transposing', () => {
  test.each([[2, -2], [1, 5], [3, 3], [-1, -5], [-2, 2], [6, 6], [0, 0], [-7, 1], [7, -1]])('a key of %i sharps moves to none by %i semitones', (sharps, up) => {
    expect(transposeTune(tune(60, sharps), { sharps: 0 })).toEqual(tune(60 + up, 0));
  }); // prettier-ignore

  test('by semitones and back gives the same notes, and the signature of the new key', () => {
    const notes = shipped[0]!.notes;
    const up = transposeTune(shipped[0]!, { semitones: 7 });
    expect(up.sharps).toBe(shipped[0]!.sharps + 1);
    expect(transposeTune(up, { semitones: -7 }).notes).toEqual(notes);
    expect(() => transposeTune(tune(120, 0), { semitones: 8 })).toThrow(/tune\.notes\[0\]` must stay in 0 ... 127/);
    expect(() => transposeTune(tune(60, 0), {})).toThrow(/either `semitones` or `sharps`/);
  });
});

describe('a grid', () => {
  test('moves what was played to the nearest places', () => {
    const at = (pitch: number, start: number, end: number) => ({ pitch, start, end });
    const played = [at(64, 23.2, 49), at(60, 0.4, 11), at(62, 12.7, 22.9), at(48, 24.6, 47), at(65, 72, 95)];
    expect(quantizeNotes(played, { grid: 12 })).toEqual([
      { pitch: 60, length: 12 },
      { pitch: 62, length: 12 },
      // the highest of two, and a silence of an eighth and more
      { pitch: 64, length: 24 },
      { pitch: null, length: 24 },
      { pitch: 65, length: 24 },
    ]);
    // triplets of eighths
    expect(quantizeNotes([at(60, 0, 7), at(62, 8.3, 15), at(64, 15.8, 24)], { grid: [6, 8] }).map(({ length }) => length)).toEqual([8, 8, 8]); // prettier-ignore
    expect(quantizeNotes([])).toEqual([]);
  });
});
