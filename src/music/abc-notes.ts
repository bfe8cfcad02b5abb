import { ACCIDENTALS, SEMITONES } from './abc-fields.js';
import type { AbcItem, AbcNote } from './abc-repeats.js';

/** The length of a note, in units: longer ones are mistakes. */
const MAX_LENGTH = 96_000;

/** A note: its accidental, letter, octave marks and length. */
export const NOTE = /^(\^{1,2}|_{1,2}|=)?([A-Ga-g])([,']*)(\d*\/*\d*)/;

/** How long accidentals last. */
export type Propagation = 'not' | 'octave' | 'pitch';

/** Throws with a rule and what was found. */
export type Fail = (rule: string, seen: string) => never;

/** What has been read of a voice, and what holds for its next note. */
export interface VoiceState {
  readonly metre: string;
  readonly propagation: Propagation;
  readonly items: AbcItem[];
  /** Units of the length 1. */
  unit: number;
  /** Semitones by which the key changes each letter. */
  changes: Readonly<Record<string, number>>;
  /** The voice that is read, and whether the lines belong to it. */
  voice: string | undefined;
  isActive: boolean;
  /** The accidentals of this bar, by the names of notes. */
  readonly accidentals: Map<string, number>;
  /** The name and the change of the last note, and of one that a tie carries over the bar line. */
  last: readonly [name: string, change: number] | undefined;
  carried: readonly [name: string, change: number] | undefined;
  lastNote: AbcNote | undefined;
  /** What a broken rhythm and a tuplet make of the next notes. */
  nextFactor: number;
  tupletFactor: number;
  tupletNotes: number;
}

/** Adds a note or a rest. */
export function addNote(state: VoiceState, pitch: number | null, written: number, fail: Fail): void {
  const length = written * state.nextFactor * (state.tupletNotes > 0 ? state.tupletFactor : 1);
  if (!(length > 0 && length <= MAX_LENGTH)) {
    fail('must have notes of at most 1,000 whole notes', `a length of ${length / 96}`);
  }
  state.lastNote = { kind: 'note', pitch, length, isTied: false };
  state.items.push(state.lastNote);
  state.nextFactor = 1;
  state.tupletNotes--;
  state.carried = undefined;
}

/** The pitch of a note as it is written. */
export function pitchOf(
  state: VoiceState,
  [written, accidental, letter = '', marks = '']: readonly (string | undefined)[],
  fail: Fail,
): number {
  const upper = letter.toUpperCase();
  const octave = (letter === upper ? 0 : 1) + marks.split("'").length - marks.split(',').length;
  const name = state.propagation === 'pitch' ? upper : `${upper}${octave}`;
  const isCarried = accidental === undefined && state.carried?.[0] === name;
  const before = isCarried ? state.carried![1] : (state.accidentals.get(name) ?? state.changes[upper]!);
  const change = accidental === undefined ? before : ACCIDENTALS[accidental]!;
  if (accidental !== undefined && state.propagation !== 'not') state.accidentals.set(name, change);
  state.last = [name, change];
  const pitch = 60 + 12 * octave + SEMITONES[upper]! + change;
  if (!(pitch >= 0 && pitch <= 127)) fail('must have notes of MIDI, 0 ... 127', `'${written}'`);
  return pitch;
}

/** The notes of a chord, without what stands between them. */
export function chordNotes(inner: string): RegExpMatchArray[] {
  const notes = new RegExp(NOTE.source.slice(1), 'g');
  return [...inner.replace(/"[^"]*"|![^!]*!/g, '').matchAll(notes)];
}
