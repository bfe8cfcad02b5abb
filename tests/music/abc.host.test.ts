import abcjs from 'abcjs';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { barLength, readAbc, writeAbc, type Note, type Tune } from '../../src/music/index.js';
import { count } from '../support/counts.js';
import { tunesByAbcjs, writtenBars } from './abcjs-tune.js';

const text = readFileSync('examples/data/melodies/melodies.abc', 'utf8');
const shipped = readAbc(text);
/** A tune with one line of music. */
const abc = (music: string, fields = 'M:4/4\nL:1/8\nK:C'): string => `X:1\nT:a\n${fields}\n${music}\n`;
const notesOf = (music: string, fields?: string): readonly Note[] => readAbc(abc(music, fields))[0]!.notes;
/** The letters of a music, as it is played. */
const played = (music: string): string =>
  notesOf(music)
    .map(({ pitch }) => 'C D EF G A B'[pitch! - 60])
    .join('');

describe('the tunes of the examples', () => {
  test('are those that abcjs reads', () => {
    expect(shipped).toEqual(tunesByAbcjs(text));
  });

  test('come back equal from ABC, and abcjs reads the same notes', () => {
    for (const tune of shipped) {
      const written = writeAbc(tune);
      expect(readAbc(written), tune.title).toEqual([tune]);
      expect(tunesByAbcjs(written)[0]!.notes, tune.title).toEqual(tune.notes);
    }
  });

  test('have bars of the right length, where a pick-up and the bar before it make one', () => {
    const parsed: readonly abcjs.TuneObject[] = abcjs.parseOnly(text);
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
});

describe('what is read', () => {
  test.each([
    ['keys', 'CDEF GABc|', 'M:4/4\nL:1/8\nK:Ebmix'],
    ['modes', 'CDEF GABc|', 'M:4/4\nL:1/8\nK:F# dorian'],
    ['accidentals to the bar line', '^F2F2 f2F2|F2_B2 B2=B2|B4 ^^C2C2|C8|'],
    ['a tie over the bar line with its accidental', '^F8-|F4 F4|z4 _B4-|B8|'],
    ['lengths', 'C/D/ E3/2F/ G2 A//B//c/d/4e/4 f5/4z3/4|'],
    ['broken rhythm', 'C>D E<F G>>A B<<c|c>d e>f g4|'],
    ['triplets', '(3CDE (3FGA (3B2c2d2|'],
    ['other tuplets', '(6CDEFGA (2BA|(3:2:4C2DEF2 z2 C4|'],
    ['slurs, words and decorations', '(C2 D2) "Am"!fermata!E2 .F2|G2 uA2 vB2 Hc2|\nw: la la'],
    ['rests', 'z4 C4|x2 C2 z C3|'],
    ['a change of key and of unit', 'F4 F4|[K:G]F4 [L:1/4]F2|\nK:D\nL:1/8\nC8|'],
    ['repeats', '|:C4 D4:|:E4 F4:|'],
    ['a repeat from the beginning', 'C4 D4|E8:|F8|]'],
    ['endings', '|:C4 D4|1 E8:|2 F8||G8|]'],
    ['compound tuplets', 'CDE FGA|(2CD (4EFGA|', 'M:6/8\nL:1/8\nK:G'],
    ['a pick-up', 'D2|C4 D4|E4 F2|]'],
  ])('as by abcjs: %s', (...[, music, fields]: readonly [string, string, string?]) => {
    const [expected] = tunesByAbcjs(abc(music, fields));
    expect(readAbc(abc(music, fields))[0]).toEqual(expected);
  });

  test('keys, accidentals of a bar, ties, tuplets, repeats and endings together', () => {
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

  test.each([
    ['|:C|D:|E|]', 'CDCDE'],
    ['C||D:|E|]', 'CDDE'],
    ['|:C||D:|', 'CDCD'],
    ['|:C::D:|', 'CCDD'],
    ['|::C::|D|', 'CCCD'],
    ['|:C|1D:|2E:|F|', 'CDCEF'],
    ['|:C[1D:|[2E|]|:F:|', 'CDCEFF'],
    ['|:C|1,2D:|3E|]', 'CDCDCE'],
    ['|:C|1-3D:|4E||F|', 'CDCDCDCEF'],
    ['|:C|1D:|E|', 'CDCE'],
    ['|:C|1D:|2E|:F|1G:|2A|]', 'CDCEFGFA'],
    ['C|1D:|2E||F|1G:|2A|]', 'CDCEFGFA'],
  ])('repeats: %s is played as %s', (music, expected) => {
    expect(played(music)).toBe(expected);
  });

  test('grace notes take no time', () => {
    expect(notesOf('{ab}C4 {/d}D4|')).toEqual(notesOf('C4 D4|'));
  });

  test('chords by their highest note, and the first of several voices', () => {
    expect(played('[CEG]2 [Ec,]2-[EC]2|').replaceAll('undefined', '')).toBe('GE');
    const [tune] = readAbc('X:1\nL:1/4\nK:C\nV:1\nCD\nV:2\nEF\n[V:1]GA[V:2]CC\n');
    expect(tune!.notes.map(({ pitch }) => pitch)).toEqual([60, 62, 67, 69]);
  });

  test('accidentals of one note, of an octave and of all', () => {
    const pitches = (how: string) => notesOf('^FFfz', `%%propagate-accidentals ${how}\nL:1/4\nK:C`).map(({ pitch }) => pitch).slice(0, 3); // prettier-ignore
    expect(pitches('not')).toEqual([66, 65, 77]);
    expect(pitches('octave')).toEqual([66, 66, 77]);
    expect(pitches('pitch')).toEqual([66, 66, 78]);
  });

  test('explicit keys, pipes, common time, default lengths and escaped titles', () => {
    expect(notesOf('FBcz', 'L:1/4\nK:D =f _b').map(({ pitch }) => pitch)).toEqual([65, 70, 73, null]);
    expect(readAbc('X:1\nT:50\\% more\nM:C|\nK:Hp\nF')[0]).toMatchObject({
      title: '50% more',
      metre: '2/2',
      sharps: 2,
    });
    expect(notesOf('C', 'M:2/4\nK:C')[1]!.length).toBe(6);
    expect(notesOf('C', 'M:3/4\nK:C')[1]!.length).toBe(12);
    expect(notesOf('Z2|C4', 'M:3/4\nL:1/4\nK:none')[0]).toEqual({ pitch: null, length: 144 });
  });
});

describe('what is not read is one error', () => {
  test.each([
    ['a change of metre', abc('C8|\nM:3/4\nC6|'), /must keep its metre.*'M:3\/4' in line 7/],
    ['a change of metre within a line', abc('C8|[M:3/4]C6|'), /must keep its metre/],
    ['jumps', abc('C8|!D.C.!D8|'), /must have no jumps.*'D\.C\.' in line 6/],
    ['an order of parts', abc('C', 'P:AABB\nK:C'), /must have no order of parts/],
    ['macros', abc('C', 'm:~n2=o/n/m/ n\nK:C'), /must have no macros/],
    ['an overlay', abc('C4&E4|'), /must be ABC of one voice; got '&E4\|'/],
    ['a transposing clef', abc('C', 'K:C transpose=-2'), /must have keys such as/],
    ['an unknown key', abc('C', 'K:H'), /must have keys such as K:Em; got 'K:H' in line 3/],
    ['a metre of text', abc('C', 'M:slow\nK:C'), /must have metres such as M:6\/8/],
    ['a length over zero', abc('C/0'), /must have notes of at most 1,000 whole notes/],
    ['a note of years', abc('C99999999999'), /must have notes of at most/],
    ['a tuplet of 0', abc('(0CDE'), /must have tuplets of 2 to 9 notes/],
    ['a hundred endings', abc('|:C|1-100D:|'), /must have endings of at most 16/],
    ['a broken rhythm without a note', abc('>C'), /must have broken rhythms between two notes/],
    ['no key', 'X:1\nT:a\n', /must have the field 'K:' in each tune; got none in the tune of line 1/],
    ['notes before the key', 'X:1\nCDE\n', /must have the field 'K:' before the notes/],
    ['no tune', 'CDE', /must have a tune, which begins with 'X:'/],
    ['no text', 5 as unknown as string, /must be a string; got 5/],
  ])('%s', (_, written, message) => {
    expect(() => readAbc(written)).toThrow(message);
  });

  test('300 broken texts are read or end in one sentence', () => {
    const random = createRandom(8).fork('broken');
    const draw = (below: number): number => random.permutation(below)[0]!;
    const tunes = text.split('\n\n').slice(1);
    const odd = '[]|:"!{}()<>^_=-/0123456789zZ,\'&%\\\nABCg ';
    let refused = 0;
    for (let i = 0; i < 300; i++) {
      const letters = [...tunes[draw(tunes.length)]!];
      for (let k = 0; k < 1 + (i % 6); k++) letters.splice(draw(letters.length), i % 2, odd[draw(odd.length)]!);
      const broken = letters.join('').slice(0, i % 7 === 0 ? draw(letters.length) : undefined);
      try {
        for (const { notes } of readAbc(broken)) {
          expect(notes.every(({ length }) => Number.isInteger(length) && length > 0)).toBe(true);
        }
      } catch (error) {
        refused++;
        expect((error as Error).message).toMatch(/^readAbc: `text` must .*; got .*$/);
      }
    }
    expect(refused).toBeGreaterThan(50);
    count('broken files', 300);
  });
});

describe('writing', () => {
  test('any notes come back equal, in any key', () => {
    const random = createRandom(9);
    for (let i = 0; i < 40; i++) {
      const [pitches, lengths] = [random.permutation(60), random.permutation(60)];
      const notes = Array.from(pitches, (pitch, k) => ({
        pitch: k % 9 === 0 ? null : 40 + pitch,
        length: 1 + lengths[k]!,
      }));
      const metre = ['4/4', '6/8', '3/4', '5/8', '2/2'][i % 5]!;
      const tune: Tune = { title: `100% \\ ${i}`, metre, sharps: (i % 15) - 7, notes };
      expect(readAbc(writeAbc(tune)), writeAbc(tune)).toEqual([tune]);
    }
  });
});
