import tonejs from '@tonejs/midi';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { readAbc, readMidi, writeMidi, type Note, type Tune } from '../../src/music/index.js';
import { count } from '../support/counts.js';

const shipped = readAbc(readFileSync('examples/data/melodies/melodies.abc', 'utf8'));
const tuneOf = (notes: readonly Note[], metre = '4/4'): Tune => ({ title: 'a', metre, sharps: 0, notes });

describe('there and back', () => {
  test('the 56 tunes of the examples are equal, with titles, metres and keys', () => {
    expect(shipped).toHaveLength(56);
    for (const tune of shipped) expect(readMidi(writeMidi(tune)), tune.title).toEqual(tune);
  });

  test.each([-7, -1, 0, 3, 7])('a signature of %i sharps', (sharps) => {
    expect(readMidi(writeMidi({ ...tuneOf([{ pitch: 60, length: 96 }]), sharps })).sharps).toBe(sharps);
  });

  test('rests at both ends, long notes, and notes of one unit', () => {
    const notes = [
      { pitch: null, length: 72 },
      { pitch: 0, length: 24 },
      { pitch: 127, length: 96 * 300 },
      { pitch: 60, length: 1 },
      { pitch: null, length: 95 },
    ];
    const tune = tuneOf(notes);
    // a silence of less than a 32nd belongs to a note, and notes closer than that are a chord
    expect(readMidi(writeMidi(tune))).toEqual(tune);
  });

  test('another reader finds the same notes, tempo, metre and title', () => {
    for (const tune of shipped.slice(0, 10)) {
      const { header, tracks, name } = new tonejs.Midi(writeMidi(tune, { tempo: 160 }));
      let at = 0;
      const expected = tune.notes.flatMap(({ pitch, length }) => {
        const start = at;
        at += length;
        return pitch === null ? [] : [[pitch, start * 20, length * 20 - 1]];
      });
      expect(tracks[0]!.notes.map(({ midi, ticks, durationTicks }) => [midi, ticks, durationTicks])).toEqual(expected);
      // it reads each byte of UTF-8 as a letter
      expect([header.tempos[0]!.bpm, Buffer.from(name, 'latin1').toString()]).toEqual([160, tune.title]);
      expect(header.timeSignatures[0]!.timeSignature.join('/')).toBe(tune.metre);
    }
  });
});

describe('files of other writers', () => {
  const quarters = (name: string) => {
    const { notes, metre, sharps } = readMidi(readFileSync(`tests/music/files/${name}.mid`));
    return { metre, sharps, notes: notes.map(({ pitch, length }) => [pitch, length / 24]) };
  };

  test.each(['tonejs-midi', 'midi-writer-js', 'jsmidgen'])('%s', (name) => {
    const notes = [[60, 1], [62, 1], [64, 2], [67, 1], [null, 1], [69, 0.5], [67, 0.5], [60, 1]]; // prettier-ignore
    expect(quarters(name)).toEqual({ metre: '3/4', sharps: 1, notes });
  });

  test('scribbletune', () => {
    const notes = [[60, 1], [62, 1], [64, 1], [null, 1], [67, 1]]; // prettier-ignore
    expect(quarters('scribbletune')).toEqual({ metre: '4/4', sharps: 0, notes });
  });
});

/** A file of some tracks, each a list of bytes with its times. */
function fileOf(tracks: readonly (readonly number[])[], division = 24, format = 1): Uint8Array {
  const size = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255];
  const chunk = (name: string, data: readonly number[]): number[] => [...Buffer.from(name), ...size(data.length), ...data]; // prettier-ignore
  const head = [0, format, 0, tracks.length, division >> 8, division & 255];
  return Uint8Array.from([...chunk('MThd', head), ...tracks.flatMap((track) => chunk('MTrk', track))]);
}

describe('what is read of a file', () => {
  test('a pick-up by the accents, the top of chords, and short silences as part of the note', () => {
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
    const { notes, metre } = readMidi(midi.toArray());
    expect(metre).toBe('3/4');
    expect(notes.map(({ pitch, length }) => [pitch, length / 24])).toEqual([
      [null, 2], [67, 1], [72, 2], [71, 0.5], [69, 0.5], [null, 1], [70, 1], [null, 1], [72, 3],
    ]); // prettier-ignore
  });

  test('running status, notes that end by velocity 0, unknown chunks, and a pick-up written as a metre', () => {
    const metres = [0, 0xff, 0x58, 4, 1, 2, 24, 8, 24, 0xff, 0x58, 4, 3, 2, 24, 8];
    // C D E in quarters by running status, after a pick-up of a quarter
    const notes = [0, 0x90, 60, 64, 24, 60, 0, 0, 62, 64, 24, 62, 0, 0, 64, 64, 48, 64, 0, 0, 0xff, 0x2f, 0];
    const file = fileOf([metres, notes]);
    const odd = Uint8Array.from([...file.subarray(0, 14), ...Buffer.from('XFIH'), 0, 0, 0, 2, 1, 2, ...file.subarray(14)]); // prettier-ignore
    const tune = readMidi(odd);
    expect(tune.metre).toBe('3/4');
    expect(tune.notes.map(({ pitch, length }) => [pitch, length])).toEqual([[null, 48], [60, 24], [62, 24], [64, 48]]); // prettier-ignore
  });

  test('the channel with the most notes that are not drums', () => {
    const notes = [0, 0x99, 35, 64, 1, 35, 0, 0, 36, 64, 1, 36, 0, 0, 37, 64, 1, 37, 0, 0, 0x91, 70, 64, 24, 70, 0];
    expect(readMidi(fileOf([notes], 24, 0)).notes).toEqual([{ pitch: null, length: 3 }, { pitch: 70, length: 24 }]); // prettier-ignore
  });

  test('places of a grid, also of several', () => {
    const notes = [0, 0x90, 60, 64, 11, 60, 0, 2, 62, 64, 3, 64, 64, 1, 62, 0, 6, 64, 0];
    const lengths = (grid: number | readonly number[]) => readMidi(fileOf([notes]), { grid }).notes.map(({ length }) => length); // prettier-ignore
    expect(lengths(12)).toEqual([12, 12]);
    // sixteenths at 0, 6, 12 ... and triplets at 0, 8, 16 ...
    expect(lengths([6, 8])).toEqual([12, 4, 8]);
  });
});

describe('files that are no melody', () => {
  test.each([
    ['an empty file', new Uint8Array(0), /must be a MIDI file.*got ''/],
    ['another file', new TextEncoder().encode('RIFFxxxx'), /must be a MIDI file.*got 'RIFF'/],
    ['no notes', fileOf([[0, 0xff, 0x2f, 0]]), /must have notes; got none/],
    ['frames per second', fileOf([], 0xe728), /must count ticks per quarter note; got frames/],
    ['no ticks', fileOf([], 0), /must count ticks per quarter note; got none/],
    ['a data byte without its status', fileOf([[0, 60, 64]]), /must hold events of MIDI files/],
    ['a number of five bytes', fileOf([[255, 255, 255, 255, 0]]), /at most four bytes/],
    ['a length beyond the end', fileOf([[0, 0xff, 1, 0xff, 0xff, 0xff, 0x7f]]), /must not be truncated/],
    ['a metre of 4/0', fileOf([[0, 0xff, 0x58, 4, 4, 200, 24, 8, 0, 0x90, 60, 64, 24, 60, 0]]), /metre/],
    ['twelve sharps', fileOf([[0, 0xff, 0x59, 2, 200, 0, 0, 0x90, 60, 64, 24, 60, 0]]), /sharps/],
    ['a text', 'MThd' as unknown as Uint8Array, /must be a Uint8Array/],
  ])('%s', (_, bytes, message) => {
    expect(() => readMidi(bytes)).toThrow(message);
  });

  test('300 broken files are read or end in one sentence', () => {
    const random = createRandom(7).fork('broken');
    const draw = (below: number): number => random.permutation(below)[0]!;
    const files = shipped.map((tune) => writeMidi(tune));
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      let bytes = Uint8Array.from(files[draw(files.length)]!);
      const kind = i % 5;
      if (kind === 0) bytes = bytes.subarray(0, draw(bytes.length));
      else if (kind === 1) for (let k = 0; k < 8; k++) bytes[draw(bytes.length)] = draw(256);
      // lengths of chunks, of texts and of times
      else if (kind === 2) bytes.fill(255, 18, 19 + draw(4));
      else if (kind === 3) bytes.fill(128 + draw(128), 22 + draw(40), 24 + draw(60));
      else bytes = Uint8Array.from([...bytes.subarray(0, 22), ...Array.from({ length: 60 }, () => draw(256))]);
      try {
        const { notes, metre } = readMidi(bytes);
        expect(
          notes.every(({ length }) => Number.isInteger(length) && length > 0),
          metre,
        ).toBe(true);
      } catch (error) {
        refused++;
        expect((error as Error).message).toMatch(/^readMidi: `bytes[.\w]*` must .*; got .*$/s);
        expect((error as Error).message).not.toContain('\n');
      }
    }
    expect(refused).toBeGreaterThan(150);
    count('broken files', 300);
  });
});

test.each([
  ['a metre over 3', { ...tuneOf([{ pitch: 60, length: 24 }]), metre: '2/3' }, /power of two/],
  ['a note of 0 units', tuneOf([{ pitch: 60, length: 0 }]), /notes\[0\]\.length/],
  ['a pitch of 128', tuneOf([{ pitch: 128, length: 1 }]), /notes\[0\]\.pitch/],
  ['a rest of years', tuneOf([{ pitch: null, length: 0x7fff_ffff }]), /notes\[0\]\.length` must be shorter/],
])('does not write %s', (_, tune, message) => {
  expect(() => writeMidi(tune)).toThrow(message);
});
