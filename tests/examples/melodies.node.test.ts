import tonejs from '@tonejs/midi';
import abcjs from 'abcjs';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import * as tf from '@tensorflow/tfjs';
import { createRandom, type Network } from 'tfjs-generative';
import { checkTokenModel } from 'tfjs-generative/testing';
import { createTokenModel } from 'tfjs-generative/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTunes } from '../../examples/melodies/load-tunes.js';
import { copyRates, filledBars, measureTunes, ownCopyRates, totalVariation } from '../../examples/melodies/measures.js';
import { bitsPerNote } from '../../examples/melodies/likelihood.js';
import { readMidi, writeMidi } from '../../examples/melodies/midi.js';
import { createTuneModel } from '../../examples/melodies/model.js';
import { readAbc, writtenBars } from '../../examples/melodies/read-abc.js';
import { completeBeginning, completeEnd, metresLike, tuneToComplete } from '../../examples/melodies/samples.js';
import { splitTunes, versionsOf } from '../../examples/melodies/split.js';
import type { LikelihoodRow, TuneRow } from '../../examples/melodies/tables.js';
import { timedTransformer, timesOf } from '../../examples/melodies/timed-transformer.js';
import { fitTrigram } from '../../examples/melodies/trigram.js';
import {
  barLength,
  lengthOf,
  onsetsOf,
  QUARTER,
  transposed,
  type Note,
  type Tune,
} from '../../examples/melodies/tune.js';
import { decodeNotes, encodeTunes, tokenRows, vocabularyOf } from '../../examples/melodies/vocabulary.js';
import { wavFile } from '../../examples/melodies/wav.js';
import { runExample } from './run-example.js';

let folder = '';
let shipped: Tune[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'melodies-'));
  shipped = await loadTunes();
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A tune of eighth notes. */
const eighths = (pitches: readonly number[], metre = '4/4'): Tune => ({
  title: 'test',
  metre,
  sharps: 0,
  notes: pitches.map((pitch) => ({ pitch, length: QUARTER / 2 })),
});
const scale = [60, 62, 64, 65, 67, 69, 71, 72];

describe('the melodies that ship', () => {
  it('have bars of the right length, where a pick-up and the bar before it make one', () => {
    const parsed: readonly abcjs.TuneObject[] = abcjs.parseOnly(
      readFileSync('examples/data/melodies/melodies.abc', 'utf8'),
    );
    expect(parsed.length).toBeGreaterThanOrEqual(40);
    for (const tune of parsed) {
      const title = tune.metaText.title!;
      expect(tune.warnings, title).toBeUndefined();
      const { num, den } = tune.getMeterFraction();
      const bar = barLength(`${num}/${den}`);
      const short = writtenBars(tune).filter((length) => length !== bar);
      // a pick-up comes first in each part, and the last bar of the part lacks it
      expect(short.length % 2, title).toBe(0);
      for (let i = 0; i < short.length; i += 2) expect(short[i]! + short[i + 1]!, title).toBe(bar);
    }
  });

  it('are 8 to 32 bars long, and are no versions of each other', () => {
    for (const { title, metre, notes } of shipped) {
      const bars = Math.ceil(lengthOf(notes) / barLength(metre)) - (notes[0]!.pitch === null ? 1 : 0);
      expect(bars, title).toBeGreaterThanOrEqual(8);
      expect(bars, title).toBeLessThanOrEqual(32);
    }
    expect(new Set(versionsOf(shipped)).size).toBe(shipped.length);
  });
});

describe('reading', () => {
  it('writes out what ABC abbreviates: keys, accidentals of a bar, ties, tuplets, repeats and endings', () => {
    const [tune] = readAbc('X:1\nT:a\nM:6/8\nL:1/8\nK:D\nA|:^G3 G2F|(3cBA z2 d2-|1 d6:|2 d3 D2|]\n');
    const once: Note[] = [
      ...[68, 68, 66].map((pitch, i) => ({ pitch, length: [36, 24, 12][i]! })),
      ...[73, 71, 69].map((pitch) => ({ pitch, length: 8 })),
      { pitch: null, length: 24 },
    ];
    expect(tune).toMatchObject({ title: 'a', metre: '6/8', sharps: 2 });
    expect(tune!.notes).toEqual([
      { pitch: null, length: 60 },
      { pitch: 69, length: 12 },
      ...once,
      { pitch: 74, length: 24 + 72 },
      ...once,
      { pitch: 74, length: 24 + 36 },
      { pitch: 62, length: 24 },
    ]);
  });

  it('reads MIDI that it wrote', () => {
    for (const tune of shipped) {
      // silence after the last note is not in a MIDI file
      const notes = tune.notes.at(-1)!.pitch === null ? tune.notes.slice(0, -1) : tune.notes;
      expect(readMidi(writeMidi(tune), tune.title), tune.title).toEqual({ ...tune, notes });
    }
  });

  it('reads one voice of MIDI: a pick-up by the accents, the top of chords, and short silences as part of the note', () => {
    const midi = new tonejs.Midi();
    midi.header.timeSignatures.push({ ticks: 0, timeSignature: [3, 4] });
    midi.header.update();
    const track = midi.addTrack();
    const play = (at: number, pitch: number, quarters: number, velocity: number): unknown =>
      track.addNote({ ticks: at * 480, midi: pitch, durationTicks: quarters * 480, velocity });
    // the pick-up is a quarter; a chord of two on the first bar line, held too long; a silence of a quarter
    play(0, 67, 0.95, 0.6);
    play(1, 60, 2, 0.8);
    play(1, 72, 2.5, 0.8);
    play(3, 71, 0.5, 0.6);
    play(3.5, 69, 0.5, 0.6);
    play(5, 70, 1, 0.8); // an accent within a bar
    play(7, 72, 3, 0.8);
    const { notes, metre } = readMidi(midi.toArray(), 'test')!;
    const quarters = notes.map(({ pitch, length }) => [pitch, length / QUARTER]);
    expect(metre).toBe('3/4');
    expect(quarters).toEqual([
      [null, 2],
      [67, 1],
      [72, 2],
      [71, 0.5],
      [69, 0.5],
      [null, 1],
      [70, 1],
      [null, 1],
      [72, 3],
    ]);
  });

  it('reads the tunes of a folder, and refuses what has no notes', async () => {
    await expect(loadTunes(folder)).rejects.toThrow(/^--data .*has notes/);
    writeFileSync(join(folder, 'b.mid'), writeMidi(shipped[0]!));
    writeFileSync(join(folder, 'a.abc'), 'X:1\nT:a\nM:3/4\nL:1/4\nK:C\nCDE|\n');
    expect((await loadTunes(folder)).map(({ title }) => title)).toEqual(['a', 'b']);
    writeFileSync(join(folder, 'c.mid'), 'no notes');
    await expect(loadTunes(folder)).rejects.toThrow(/c\.mid is not a file of notes/);
    rmSync(join(folder, 'c.mid'));
  });
});

describe('tokens', () => {
  it('decode to the notes that they encode', () => {
    const tunes = shipped.map(transposed);
    const vocabulary = vocabularyOf(tunes);
    const length = 1 + Math.max(...tunes.map(({ notes }) => notes.length));
    const encoded = encodeTunes(tunes, { vocabulary, length });
    for (const [i, { notes }] of tunes.entries()) {
      const row = encoded.data.subarray(i * length, (i + 1) * length);
      expect(decodeNotes(row, vocabulary)).toEqual(notes);
      expect(row[notes.length]).toBe(vocabulary.end);
    }
    expect(tokenRows(encoded).map((row) => row.length)).toEqual(tunes.map(({ notes }) => notes.length + 1));
    // a tune that is cut has no end
    const cut = encodeTunes(tunes, { vocabulary, length: 8 });
    expect(Array.from(cut.data)).not.toContain(vocabulary.end);
    expect(decodeNotes(cut.data.subarray(0, 8), vocabulary)).toEqual(tunes[0]!.notes.slice(0, 8));
  });

  it.each([
    [2, -2],
    [1, 5],
    [3, 3],
    [-1, -5],
    [-2, 2],
    [6, 6],
    [0, 0],
  ])('move a key of %i sharps by %i semitones', (sharps, up) => {
    const { notes } = transposed({ ...eighths([60]), sharps });
    expect(notes[0]!.pitch).toBe(60 + up);
  });
});

describe('measures', () => {
  it('count the bars that notes fill', () => {
    // four quarters; a half, a whole note across the line, a half
    const notes = [24, 24, 24, 24, 48, 96, 48].map((length) => ({ pitch: 60, length }));
    expect(filledBars({ ...eighths([]), notes })).toEqual([true, false, false]);
    expect(measureTunes([{ ...eighths([]), notes }]).fullBars).toBeCloseTo(1 / 3);
  });

  it('describe pitches and lengths', () => {
    const measured = measureTunes([eighths(scale)]);
    expect(measured.pitches).toEqual({ lowest: 60, low: 60, median: 65, high: 72, highest: 72 });
    expect([measured.range, measured.bars, measured.lengths.get(12)]).toEqual([12, 1, 1]);
    const [a, b] = [
      new Map([
        [12, 0.5],
        [24, 0.5],
      ]),
      new Map([
        [12, 0.25],
        [48, 0.75],
      ]),
    ];
    expect(totalVariation(a, b)).toBe(0.75);
  });

  it('find copied phrases in any key', () => {
    const tune = eighths([...scale, 70]);
    // of two phrases the first is copied, three semitones up
    const copy = eighths([...scale.map((pitch) => pitch + 3), 90]);
    expect(copyRates([copy], [tune, eighths(scale)])).toEqual({ one: 0.5, any: 0.5 });
    expect(copyRates([eighths([...scale].reverse())], [tune])).toEqual({ one: 0, any: 0 });
    // of each tune in the other; versions of a tune do not count
    expect(ownCopyRates([tune, copy], [0, 1])).toEqual({ one: 0.5, any: 0.5 });
    expect(ownCopyRates([tune, copy])).toEqual({ one: 0, any: 0 });
  });

  it('keep versions of a tune on one side of a split', () => {
    const tunes = Array.from({ length: 40 }, (_, i) => {
      const pitches = createRandom(i >> 1).permutation(20);
      return eighths([...pitches].map((pitch) => 60 + pitch + (i % 2)));
    });
    const { training, heldOut } = splitTunes(tunes, createRandom(3));
    expect([training.length, heldOut.length]).toEqual([32, 8]);
    for (const tune of heldOut) expect(training.map((_, i) => copyRates([tune], [training[i]!]).one)).not.toContain(1);
    expect(splitTunes(tunes, createRandom(4)).heldOut).not.toEqual(heldOut);
  });
});

describe('the 3-gram model', () => {
  it('sums to one over the next token, seen context or not', () => {
    const sequences = Array.from({ length: 20 }, (_, i) => [i % 3, 1, 2, i % 4, 0, 1]);
    const model = fitTrigram(sequences, { tokens: 5 });
    for (const start of [[], [1], [1, 2], [4, 4]]) {
      const before = start.length === 0 ? 0 : model.bits([start]) * start.length;
      const total = [0, 1, 2, 3, 4].reduce(
        (sum, token) => sum + 2 ** (before - model.bits([[...start, token]]) * (start.length + 1)),
        0,
      );
      expect(total).toBeCloseTo(1, 10);
    }
  });

  it('has the weights of EM by hand', () => {
    // Ten sequences of one token; the last finds the weights. The estimates of all orders are equal, 1 for token 0; the first order
    // takes what the higher ones leave. p_3 falls from the third order down.
    const model = fitTrigram(
      Array.from({ length: 10 }, () => [0]),
      { tokens: 2 },
    );
    // one token, bucket of 9 contexts is 1 + 3 = 4; fixed point of w = (w / p_3 + 1) / 3 with p_2 = w_2 + (1 - w_2) p_1
    const [w1, w2, w3] = [model.weights[0]![1]!, model.weights[1]![4]!, model.weights[2]![4]!];
    const p1 = w1 + (1 - w1) / 2;
    const p2 = w2 + (1 - w2) * p1;
    const p3 = w3 + (1 - w3) * p2;
    expect(w3).toBeCloseTo((w3 / p3 + 1) / 3, 6);
    const left = 1 - w3 / p3;
    expect(w2).toBeCloseTo(((left * w2) / p2 + 1) / (left + 2), 6);
    expect(model.bits([[0]])).toBeCloseTo(-Math.log2(p3), 6);
  });
});

it('writes a WAV file with a header of 44 bytes', () => {
  const bytes = Buffer.from(wavFile(new Float32Array([0, 1, -1, 2])));
  expect(bytes.length).toBe(44 + 8);
  expect([bytes.toString('latin1', 0, 4), bytes.readUInt32LE(4), bytes.readUInt32LE(24)]).toEqual(['RIFF', 44, 22_050]);
  expect([bytes.readUInt32LE(40), bytes.readUInt32LE(28)]).toEqual([8, 44_100]);
  expect([0, 1, 2, 3].map((i) => bytes.readInt16LE(44 + 2 * i))).toEqual([0, 32_767, -32_767, 32_767]);
});

describe('the models', () => {
  const setting = () => {
    const tunes = shipped.map(transposed);
    const vocabulary = vocabularyOf(tunes);
    const recipe = { width: 8, layers: 1, steps: { autoregressive: 1, masked: 1 } };
    return { tunes, vocabulary, length: 80, recipe, random: createRandom(5) };
  };

  it('find all tokens equally likely before they learn', async () => {
    const { tunes, ...options } = setting();
    const model = createTuneModel('autoregressive', options);
    const { vocabulary, random } = options;
    for (const first of [undefined, 5]) {
      const measured = await bitsPerNote(model.averaged, tunes, { vocabulary, random, repeats: 1, first });
      expect(measured.bits).toBeCloseTo(Math.log2(vocabulary.tokens), 4);
    }
    model.dispose();
  });

  it('know where the next note begins', async () => {
    const { tunes, vocabulary, length } = setting();
    const chosen = tunes.slice(0, 5);
    const metres = [0, 1, 2, 3].map((i) => vocabulary.metres.indexOf(chosen[i]!.metre));
    const input = tf.tensor2d(
      encodeTunes(chosen, { vocabulary, length }).data.map((token) => Math.max(0, token)),
      [5, length],
      'int32',
    );
    const times = timesOf(input, tf.tensor1d([...metres, -1], 'int32'), vocabulary);
    const [inBar, bars, inPart] = (await Promise.all(times.map((one) => one.array()))) as number[][][];
    for (const [row, { metre, notes }] of chosen.entries()) {
      const bar = barLength(metre);
      const starts = onsetsOf(notes).slice(1, length);
      for (const [i, at] of starts.entries()) {
        const expected = row === 4 ? [-1, -1, -1] : [at % bar, Math.floor(at / bar), Math.floor(at / bar) % 8];
        expect([inBar, bars, inPart].map((one) => one![row]![i])).toEqual(expected);
      }
    }
    tf.dispose([input, times]);
  });

  it('predict a note from those before it, whatever follows', async () => {
    const random = createRandom(6);
    const notes = [24, 12].map((length) => ({ pitch: 60, length }));
    const vocabulary = { notes, end: 2, tokens: 3, metres: ['1/4', '2/4'] };
    const network = timedTransformer({ vocabulary, width: 4, layers: 1, heads: 2, dropout: 0, random });
    // logits start at zero, where nothing depends on anything
    for (const variable of network.variables.slice(-2)) variable.assign(random.normal(variable.shape));
    const in24: Network = {
      ...network,
      apply: (input) =>
        tf.tidy(() => network.apply(input, { condition: tf.fill([input.shape[0]], 1, 'int32'), training: false })),
    };
    const model = createTokenModel(in24, { tokens: 3, length: 4, end: 2 });
    const indices = tf.tensor2d([[0, 1, 1, 2], [1, 2, -1, -1]], [2, 4], 'int32'); // prettier-ignore
    // most differences would be of two tables of times, of which sequences of four notes use a few rows
    const variables = model.variables.filter(({ size }) => size < 100);
    await checkTokenModel({ ...model, variables }, { indices, random, samples: 4000 });
    indices.dispose();
    model.dispose();
  });

  it.each(['autoregressive', 'masked'] as const)('keep what is given of a tune: %s', async (kind) => {
    const { tunes, ...options } = setting();
    const model = createTuneModel(kind, options);
    const tune = tuneToComplete(tunes, options.length)!;
    const end = await completeEnd(model.averaged, tune, options);
    const [, count] = end.given!;
    expect(end.tune.notes.slice(0, count)).toEqual(tune.notes.slice(0, count));
    expect(lengthOf(tune.notes.slice(0, count)) / lengthOf(tune.notes)).toBeCloseTo(0.25, 1);
    expect(end.tune.notes).not.toEqual(tune.notes);
    if (kind === 'masked') {
      const beginning = await completeBeginning(model.averaged, tune, options);
      const [first] = beginning.given!;
      expect(beginning.tune.notes).toHaveLength(tune.notes.length);
      expect(beginning.tune.notes.slice(first)).toEqual(tune.notes.slice(first));
      expect(beginning.tune.notes).not.toEqual(tune.notes);
    }
    model.dispose();
  });

  it('write tunes in the metres of the data', () => {
    const metres = ['6/8', '4/4', '4/4', '6/8', '3/4', '4/4', '6/8', '4/4', '4/4', '6/8'];
    const tunes = metres.map((metre) => eighths(scale, metre));
    expect(metresLike(tunes, 10)).toEqual([...metres].sort());
    expect(metresLike(tunes, 20).filter((metre) => metre === '4/4')).toHaveLength(10);
  });
});

describe('the example', () => {
  it('trains both models, writes MIDI, sound, a picture and its result, and continues from its checkpoints', () => {
    const few = ['--notes', '40', '--seed', '3'];
    const first = runExample('melodies', folder, [...few, '--steps', '10', '--masked', '10', '--json', 'first.json']);
    expect(first.status, first.stderr).toBe(0);
    const { seed, bits, measured } = resultIn('first.json');
    expect(seed).toBe(3);
    expect(bits.map(({ model }) => model)).toEqual(['3-gram', 'autoregressive', 'masked']);
    for (const row of bits) expect(row.bits).toBeGreaterThan(1);
    expect(bits[2]!.error).toBeGreaterThan(0);
    expect(Object.keys(measured)).toEqual(['training', 'held out', 'autoregressive', 'masked']);
    for (const { lengthDistance } of Object.values(measured)) expect(lengthDistance).toBeLessThanOrEqual(1);
    const out = join(folder, 'out/melodies');
    for (const name of ['autoregressive-1', 'masked-1', 'autoregressive-from-first-bars', 'masked-from-last-bars']) {
      expect(readMidi(readFileSync(join(out, `${name}.mid`)), 'a')!.notes.length, name).toBeGreaterThan(0);
      expect(readFileSync(join(out, `${name}.wav`)).toString('latin1', 8, 12)).toBe('WAVE');
    }
    expect(PNG.sync.read(readFileSync(join(out, 'tunes.png'))).width).toBe(16 * 60 + 25);

    rmSync(join(out, 'masked.safetensors'));
    const more = ['--steps', '12', '--masked', '12', '--resume', out, '--json', 'second.json'];
    const second = runExample('melodies', folder, [...few, ...more]);
    expect(second.status, second.stderr).toBe(0);
    expect(resultIn('second.json').bits[0]).toEqual(bits[0]);
    expect(resultIn('second.json').bits[1]!.bits, 'trained on').toBeLessThan(bits[1]!.bits);
  });

  it.each([
    ['no updates', ['--steps', '0'], /^--steps must be an integer of at least 1/],
    ['a folder without checkpoints', ['--resume', '.'], /^--resume \.\/autoregressive\.safetensors: /],
  ])('answers %s with one line and code 2', (_, words, line) => {
    const { status, stderr } = runExample('melodies', folder, words);
    expect(status).toBe(2);
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
  });
});

interface Result {
  readonly seed: number;
  readonly bits: readonly LikelihoodRow[];
  readonly measured: Readonly<Record<string, TuneRow>>;
}

function resultIn(name: string): Result {
  return JSON.parse(readFileSync(join(folder, name), 'utf8')) as Result;
}
