import type { HostTensor } from 'tfjs-generative';
import type { Note, Tune } from './tune.js';

/** The notes of some tunes, each one token: a pair of pitch and length. Plain JSON. */
export interface Vocabulary {
  /** By token, by pitch and then length; rests come first. */
  readonly notes: readonly Note[];
  /** The token after the last note of a tune. */
  readonly end: number;
  /** Number of tokens, the end included. */
  readonly tokens: number;
  /** The metres, each a class. */
  readonly metres: readonly string[];
}

const keyOf = ({ pitch, length }: Note): string => `${pitch ?? 'rest'} ${length}`;

/** All notes and metres that occur in some tunes. */
export function vocabularyOf(tunes: readonly Tune[]): Vocabulary {
  const found = new Map(tunes.flatMap(({ notes }) => notes.map((note) => [keyOf(note), note] as const)));
  const notes = [...found.values()].sort((a, b) => (a.pitch ?? -1) - (b.pitch ?? -1) || a.length - b.length);
  const metres = [...new Set(tunes.map(({ metre }) => metre))].sort();
  return { notes, end: notes.length, tokens: notes.length + 1, metres };
}

/** Tunes as tokens, int32 `[tunes, length]`: the notes, the end, then -1. A tune that is longer is cut and has no end. */
export function encodeTunes(
  tunes: readonly Tune[],
  { vocabulary, length }: { readonly vocabulary: Vocabulary; readonly length: number },
): HostTensor & { readonly data: Int32Array } {
  const tokens = new Map(vocabulary.notes.map((note, token) => [keyOf(note), token]));
  const data = new Int32Array(tunes.length * length).fill(-1);
  for (const [row, { title, notes }] of tunes.entries()) {
    for (const [i, note] of notes.slice(0, length).entries()) {
      const token = tokens.get(keyOf(note));
      if (token === undefined) throw new RangeError(`${title}: note ${i} is not in the vocabulary.`);
      data[row * length + i] = token;
    }
    if (notes.length < length) data[row * length + notes.length] = vocabulary.end;
  }
  return { data, shape: [tunes.length, length] };
}

/** The metre of each tune as a class, int32 `[tunes]`. */
export function metreLabels(
  tunes: readonly Tune[],
  { metres }: Vocabulary,
): HostTensor & { readonly data: Int32Array } {
  return { data: Int32Array.from(tunes, ({ metre }) => metres.indexOf(metre)), shape: [tunes.length] };
}

/** The notes of one row of tokens, up to the end or to the first -1. */
export function decodeNotes(tokens: ArrayLike<number>, { notes, end }: Vocabulary): Note[] {
  const row = Array.from(tokens);
  const stop = row.findIndex((token) => token < 0 || token === end);
  return row.slice(0, stop < 0 ? row.length : stop).map((token) => notes[token]!);
}

/** The rows of encoded tunes without the -1 after their ends. */
export function tokenRows({ data, shape: [rows, length] }: ReturnType<typeof encodeTunes>): number[][] {
  return Array.from({ length: rows! }, (_, i) =>
    [...data.subarray(i * length!, (i + 1) * length!)].filter((token) => token >= 0),
  );
}
