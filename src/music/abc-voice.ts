import { readKey, readLength, readMetre, readUnit, tupletLength } from './abc-fields.js';
import { addNote, chordNotes, NOTE, pitchOf, type Fail, type Propagation, type VoiceState } from './abc-notes.js';
import type { AbcItem } from './abc-repeats.js';
import { barLength } from './tune.js';

/** The largest number of times that a part is played: larger numbers are mistakes. */
const MAX_TIMES = 16;

/** What the head of a tune says about its notes. */
export interface AbcSetting {
  readonly metre: string;
  readonly unit: number;
  /** Semitones by which the key changes each letter. */
  readonly changes: Readonly<Record<string, number>>;
  readonly propagation: Propagation;
  /** The voice that is read; undefined until one is named. */
  readonly voice: string | undefined;
}

/** A reader of the lines of one voice. */
export interface AbcVoice {
  readonly items: readonly AbcItem[];
  /** Reads a line of music. */
  line(text: string, fail: Fail): void;
  /** Reads a field. */
  field(name: string, text: string, fail: Fail): void;
}

/** Makes a reader of a voice. */
export function abcVoice(setting: AbcSetting): AbcVoice {
  const state: VoiceState = {
    ...setting,
    isActive: true,
    items: [],
    accidentals: new Map(),
    carried: undefined,
    last: undefined,
    lastNote: undefined,
    nextFactor: 1,
    tupletFactor: 1,
    tupletNotes: 0,
  };
  return {
    items: state.items,
    field: (name, text, fail) => readField(state, name, text, fail),
    line: (text, fail) => {
      for (let rest = text; rest !== '';) {
        const length = readNext(state, rest, fail);
        if (length === 0) fail('must be ABC of one voice', `'${rest.slice(0, 12)}'`);
        rest = rest.slice(length);
      }
    },
  };
}

/** Reads what a text begins with, and returns its length; 0 if nothing of ABC begins there. */
function readNext(state: VoiceState, text: string, fail: Fail): number {
  for (const [pattern, read] of READERS) {
    const match = pattern.exec(text);
    if (match === null || match[0] === '') continue;
    // of another voice, only the fields count, which may end it
    if (state.isActive || FIELD.test(match[0])) read(state, match, fail);
    return match[0].length;
  }
  return 0;
}

type Reader = (state: VoiceState, match: readonly (string | undefined)[], fail: Fail) => void;

const FIELD = /^\[([A-Za-z]):([^\]]*)\]/;

/** What a line of music may hold; the first that fits is read. */
const READERS: readonly (readonly [RegExp, Reader])[] = [
  // spaces, chord symbols, grace notes, and characters that are reserved
  [/^(?:[\s`\\#*;?@$]+|y\d*|"[^"]*"|\{[^}]*\})/, () => undefined],
  [/^(?:!([^!|]*)!|\+([^+|]*)\+)/, readDecoration],
  [FIELD, (state, [, name, text], fail) => readField(state, name!, text!.trim(), fail)],
  [/^(\[?)(\d[\d,-]*)/, readEnding],
  [/^\.?(?:\[\||\||:)[|:\]]*/, readBar],
  [/^\((\d)(?::(\d*))?(?::(\d*))?/, readTuplet],
  [/^\.?-/, readTie],
  // slurs, and the marks and letters of decorations
  [/^[().~H-Wh-w]/, () => undefined],
  [/^(?:<+|>+)/, readBrokenRhythm],
  [/^[zx](\d*\/*\d*)/, (state, [, length], fail) => addNote(state, null, state.unit * readLength(length!), fail)],
  [/^[ZX](\d{0,4})/, (state, [, bars], fail) => addNote(state, null, Number(bars || 1) * barLength(state.metre), fail)],
  [NOTE, (state, match, fail) => addNote(state, pitchOf(state, match, fail), state.unit * readLength(match[4]!), fail)],
  [/^\[((?:"[^"]*"|![^!]*!|[^\]|:"!])*)\](\d*\/*\d*)/, readChord],
];

function readField(state: VoiceState, name: string, text: string, fail: Fail): void {
  if (name === 'V') {
    const [id = ''] = text.split(/\s/);
    state.voice ??= id;
    state.isActive = id === state.voice;
  }
  if (!state.isActive) return;
  if (name === 'L') state.unit = readUnit(text, state.metre) ?? fail('must have lengths such as L:1/8', `'L:${text}'`);
  if (name === 'K') state.changes = (readKey(text) ?? fail('must have keys such as K:Em', `'K:${text}'`)).changes;
  if (name === 'M' && readMetre(text) !== state.metre) {
    fail('must keep its metre within a tune', `'M:${text}'`);
  }
  if (name === 'm') fail('must have no macros', `'m:${text}'`);
}

function readDecoration(...[, [, word = '', old = word], fail]: Parameters<Reader>): void {
  if (/^(D\.?[CS]\b|dacapo|dacoda)/i.test(old)) fail('must have no jumps, such as D.C.', `'${old}'`);
}

function readEnding(...[state, [written, bracket, list], fail]: Parameters<Reader>): void {
  const times = list!.split(',').flatMap((one) => {
    const [first, last = first] = one.split('-').map(Number) as [number, number?];
    const isRange = first >= 1 && last <= MAX_TIMES;
    return isRange ? Array.from({ length: last - first + 1 }, (_, i) => first + i) : [NaN];
  });
  const isMisplaced = bracket === '' && state.items.at(-1)?.kind !== 'bar';
  if (isMisplaced || times.length === 0 || times.some((time) => !(time >= 1))) {
    fail(`must have endings of at most ${MAX_TIMES} times after bar lines`, `'${written}'`);
  }
  state.items.push({ kind: 'ending', times });
}

function readBar(...[state, [written = ''], fail]: Parameters<Reader>): void {
  const hasLine = written.includes('|');
  const before = hasLine ? /^[.[]*(:*)/.exec(written)![1]!.length : 1;
  const after = hasLine ? /:*$/.exec(written)![0].length : 1;
  if (before >= MAX_TIMES || after >= MAX_TIMES || written === ':') fail('must have bar lines of ABC', `'${written}'`);
  const isDouble = /\|\||[\][]/.test(written) || before > 0;
  state.items.push({ kind: 'bar', ends: before + 1, starts: after === 0 ? 0 : after + 1, isDouble });
  state.carried = state.lastNote?.isTied === true ? state.last : undefined;
  state.accidentals.clear();
}

function readTuplet(...[state, [written, first, second, third], fail]: Parameters<Reader>): void {
  const p = Number(first);
  const q = Number(second || tupletLength(p, state.metre));
  const notes = Number(third || p);
  if (p < 2 || q < 1 || q > 99 || notes < 1 || notes > 99) fail('must have tuplets of 2 to 9 notes', `'${written}'`);
  [state.tupletFactor, state.tupletNotes] = [q / p, notes];
}

function readTie({ lastNote }: VoiceState): void {
  if (lastNote !== undefined) lastNote.isTied = true;
}

function readBrokenRhythm(...[state, [written = ''], fail]: Parameters<Reader>): void {
  const last = state.items.at(-1);
  if (last?.kind !== 'note' || state.nextFactor !== 1 || written.length > 3) {
    return fail('must have broken rhythms between two notes', `'${written}'`);
  }
  const short = 2 ** -written.length;
  const isShortFirst = written.startsWith('<');
  last.length *= isShortFirst ? short : 2 - short;
  state.nextFactor = isShortFirst ? 2 - short : short;
}

/** The highest note of a chord is the melody, and its first length that of the chord. */
function readChord(...[state, [written, inner = '', length = ''], fail]: Parameters<Reader>): void {
  const notes = chordNotes(inner);
  if (notes.length === 0) fail('must have notes in each chord', `'${written}'`);
  const { carried } = state;
  const sounds = notes.map((match) => {
    state.carried = carried;
    return { pitch: pitchOf(state, match, fail), last: state.last };
  });
  const top = sounds.reduce((best, one) => (one.pitch > best.pitch ? one : best));
  state.last = top.last;
  addNote(state, top.pitch, state.unit * readLength(notes[0]![4]!) * readLength(length), fail);
  if (inner.includes('-')) readTie(state);
}
