import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import * as tf from '@tensorflow/tfjs';
import { createRandom, type Network } from 'tfjs-generative';
import { checkTokenModel } from 'tfjs-generative/testing';
import {
  barLength,
  noteVocabulary,
  readMidi,
  transposeTune,
  unitsPerQuarter,
  writeMidi,
  type Tune,
} from 'tfjs-generative/music';
import { createTokenModel } from 'tfjs-generative/tokens';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadTunes } from '../../examples/melodies/load-tunes.js';
import {
  copyRates,
  filledBars,
  lengthOf,
  measureTunes,
  ownCopyRates,
  totalVariation,
} from '../../examples/melodies/measures.js';
import { bitsPerNote } from '../../examples/melodies/likelihood.js';
import { createTuneModel } from '../../examples/melodies/model.js';
import { completeBeginning, completeEnd, metresLike, tuneToComplete } from '../../examples/melodies/samples.js';
import { splitTunes, versionsOf } from '../../examples/melodies/split.js';
import type { LikelihoodRow, TuneRow } from '../../examples/melodies/tables.js';
import { timedTransformer } from '../../examples/melodies/timed-transformer.js';
import { fitTrigram } from '../../examples/melodies/trigram.js';
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
  notes: pitches.map((pitch) => ({ pitch, length: unitsPerQuarter / 2 })),
});
const scale = [60, 62, 64, 65, 67, 69, 71, 72];

describe('the melodies that ship', () => {
  it('are 8 to 32 bars long, and are no versions of each other', () => {
    for (const tune of shipped) {
      const { title, metre, notes } = tune;
      const bars = Math.ceil(lengthOf(tune) / barLength(metre)) - (notes[0]!.pitch === null ? 1 : 0);
      expect(bars, title).toBeGreaterThanOrEqual(8);
      expect(bars, title).toBeLessThanOrEqual(32);
    }
    expect(new Set(versionsOf(shipped)).size).toBe(shipped.length);
  });
});

describe('reading', () => {
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
    const tunes = shipped.map((tune) => transposeTune(tune, { sharps: 0 }));
    const vocabulary = noteVocabulary(tunes);
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
    expect(lengthOf({ notes: tune.notes.slice(0, count) }) / lengthOf(tune)).toBeCloseTo(0.25, 1);
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
      expect(readMidi(readFileSync(join(out, `${name}.mid`))).notes.length, name).toBeGreaterThan(0);
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
