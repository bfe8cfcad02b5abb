import { outOfRange } from '../tensor/errors.js';
import { readKey, readMetre, readUnit } from './abc-fields.js';
import { playedNotes, type AbcItem, type AbcNote } from './abc-repeats.js';
import type { Fail, Propagation } from './abc-notes.js';
import { abcVoice, type AbcVoice } from './abc-voice.js';
import { barLength, checkText, fromBarLine, type Note, type Tune } from './tune.js';

/** A line of a tune, and its number in the file. */
interface Line {
  readonly text: string;
  readonly number: number;
}

/**
 * Reads the tunes of a text in ABC notation, the first voice of each, as they are played.
 *
 * It reads keys with modes and explicit accidentals, unit lengths, accidentals that last to the bar line, ties, tuplets, broken rhythm, repeats
 * with endings, chords (their highest note), rests of bars, and changes of key and unit length. It skips words, chord symbols, grace notes,
 * decorations and layout. `%%propagate-accidentals` may say that accidentals last for all octaves or for one note; by default they last for
 * one octave, as in printed music. A repeat without a beginning goes back to the last double bar line, as the standard says.
 *
 * @param text - the content of a file; each tune begins with `X:`
 * @returns the tunes that have notes, in order. A tune without a metre is in 4/4; lengths are rounded to a 24th of a quarter note
 * @throws TypeError unless the text is a string; RangeError for what would be played wrongly: changes of metre, jumps such as D.C., an order of
 *   parts, macros, overlays of voices, transposing clefs, and anything that is not ABC
 * @example
 * ```ts
 * const tunes = readAbc('X:1\nT:Scale\nM:4/4\nL:1/4\nK:D\nDEF2|');
 * console.log(tunes.flatMap(({ notes }) => notes.map(({ pitch }) => pitch))); // [62, 64, 66]
 * ```
 * @see The ABC music standard 2.1, https://abcnotation.com/wiki/abc:standard:v2.1
 */
export function readAbc(text: string): Tune[] {
  const where = 'readAbc';
  checkText(where, 'text', text);
  const lines = text.split(/\r\n|\r|\n/).map((line, i) => ({ text: line, number: i + 1 }));
  const starts = lines.flatMap(({ text: line }, i) => (/^X:/.test(line) ? [i] : []));
  if (starts.length === 0) {
    throw outOfRange(where, 'text', "must have a tune, which begins with 'X:'", { seen: 'none' });
  }
  const shared = lines.slice(0, starts[0]);
  return starts
    .map((start, i) => readTune(where, lines.slice(start, starts[i + 1]), shared))
    .filter(({ notes }) => notes.some(({ pitch }) => pitch !== null));
}

/** Reads a tune; `shared` are the lines before the first. */
function readTune(where: string, lines: readonly Line[], shared: readonly Line[]): Tune {
  const fields: {
    [name: string]: string | undefined;
    M?: string | undefined;
    L?: string | undefined;
    V?: string | undefined;
    T?: string | undefined;
  } = {};
  let propagation: Propagation = 'octave';
  let voice: AbcVoice | undefined;
  let [metre, sharps] = ['4/4', 0];
  for (const { text, number } of [...shared.filter((line) => /^[ML]:|^(%%|I:)propagate/.test(line.text)), ...lines]) {
    const fail: Fail = (rule, seen) => {
      throw outOfRange(where, 'text', rule, { seen: `${seen} in line ${number}` });
    };
    // an empty line ends a tune
    if (/^\s*$/.test(text) && number > lines[0]!.number) break;
    const [, propagated] = /^(?:%%|I:)propagate-accidentals\s+(not|octave|pitch)\b/.exec(text) ?? [];
    if (propagated !== undefined) propagation = propagated as Propagation;
    const line = text.replace(/(^|[^\\])%.*$/, '$1').trimEnd();
    const [, name, content] = (voice === undefined ? /^([A-Za-z+]):(.*)$/ : BODY_FIELD).exec(line) ?? [];
    if (name === undefined) {
      if (line === '') continue;
      if (voice === undefined) fail("must have the field 'K:' before the notes", `'${line.slice(0, 12)}'`);
      else voice.line(line, fail);
    } else if (voice !== undefined) voice.field(name, content!.trim(), fail);
    else {
      const value = content!.trim();
      // the first title is the main one, and the first voice is read
      if (!'TV'.includes(name) || fields[name] === undefined) fields[name] = value;
      if (name === 'm') fail('must have no macros', `'m:${value}'`);
      if (name === 'P' && !isPlainOrder(value)) fail('must have no order of parts', `'P:${value}'`);
      if (name !== 'K') continue;
      metre = readMetre(fields.M ?? '') ?? fail('must have metres such as M:6/8', `'M:${fields.M}'`);
      const unit = readUnit(fields.L, metre) ?? fail('must have lengths such as L:1/8', `'L:${fields.L}'`);
      const key = readKey(value) ?? fail('must have keys such as K:Em', `'K:${value}'`);
      sharps = key.sharps;
      voice = abcVoice({ metre, unit, changes: key.changes, propagation, voice: fields.V?.split(/\s/)[0] });
    }
  }
  if (voice === undefined) {
    const seen = `none in the tune of line ${lines[0]!.number}`;
    throw outOfRange(where, 'text', "must have the field 'K:' in each tune", { seen });
  }
  const bar = barLength(metre);
  const first = firstBar(voice.items);
  const notes = fromBarLine(roundedNotes(playedNotes(voice.items)), first < bar ? first : 0, bar);
  return { title: (fields.T ?? 'untitled').replaceAll('\\%', '%'), metre, sharps, notes };
}

/** A field between the notes: not a note before a repeat, such as `c:|`. */
const BODY_FIELD = /^([H-Zh-z+]):(?![|:])(.*)$/;

/** Whether parts are played in the order in which they are written: each once, in the order of the alphabet. */
function isPlainOrder(parts: string): boolean {
  return /^[A-Z]*$/.test(parts) && [...parts].every((part, i) => i === 0 || part > parts[i - 1]!);
}

/** The length of the first bar as it is written, in units. */
function firstBar(items: readonly AbcItem[]): number {
  let length = 0;
  for (const item of items) {
    if (item.kind === 'note') length += item.length;
    else if (item.kind === 'bar' && length > 0) break;
  }
  return Math.round(length);
}

/** Notes with whole lengths, and tied notes as one; those that round to nothing are left out. */
function roundedNotes(played: readonly AbcNote[]): Note[] {
  const joined: { pitch: number | null; length: number }[] = [];
  let isTied = false;
  for (const { pitch, length, isTied: isNextTied } of played) {
    const last = joined.at(-1);
    if (isTied && pitch !== null && last?.pitch === pitch) last.length += length;
    else joined.push({ pitch, length });
    isTied = isNextTied;
  }
  let [exact, rounded] = [0, 0];
  return joined
    .map(({ pitch, length }) => {
      exact += length;
      const note = { pitch, length: Math.round(exact) - rounded };
      rounded += note.length;
      return note;
    })
    .filter(({ length }) => length > 0);
}
