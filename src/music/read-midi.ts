import { outOfRange, wrongKind } from '../tensor/errors.js';
import { readOptions, type Rules } from '../tensor/options.js';
import { parseMidi, type MidiFile, type MidiNote } from './midi-file.js';
import { gridRule, notesOf, oneVoice, SHORTEST } from './quantize-notes.js';
import { checkMetre, checkText, fromBarLine, type Tune } from './tune.js';

/** Options of {@link readMidi}. */
export interface ReadMidiOptions {
  /** The title of the tune; by default the first name of a track, or `'untitled'`. */
  readonly title?: string | undefined;
  /** The places where notes begin and end, as in {@link quantizeNotes}; default 1, a 24th of a quarter note. */
  readonly grid?: number | readonly number[] | undefined;
}

const readMidiRules = {
  title: { is: checkText, default: undefined },
  grid: gridRule,
} satisfies Rules<ReadMidiOptions>;

/** The channel of drums. */
const DRUMS = 9;

/**
 * Reads the melody of a MIDI file: of all tracks and channels but the drums, the one with the most notes, as one voice by the rules of
 * {@link quantizeNotes}.
 *
 * The metre is the one that lasts longest, and the key signature the first; a file without them is in 4/4 and has no sharps. If a file begins with
 * a shorter metre, as some programs write a pick-up, bars are counted from the next metre. Otherwise they are counted so that most of the
 * loudest notes begin one, because programs play the first note of a bar louder. Silence after the last note is a rest if the file ends on a bar line.
 *
 * @param bytes - the file
 * @param options - see {@link ReadMidiOptions}
 * @returns the tune
 * @throws TypeError if an argument is wrong; RangeError unless the bytes are a whole MIDI file with notes that counts ticks per quarter note
 * @example
 * ```ts
 * const tune = { title: 'C', metre: '3/4', sharps: 0, notes: [{ pitch: 60, length: 72 }] };
 * console.log(readMidi(writeMidi(tune)).notes.map(({ length }) => length)); // [72]
 * ```
 * @see Standard MIDI Files 1.0, https://midi.org/standard-midi-files
 */
export function readMidi(bytes: Uint8Array, options: ReadMidiOptions = {}): Tune {
  const where = 'readMidi';
  const { title, grid } = readOptions(where, options, readMidiRules);
  if (!(bytes instanceof Uint8Array)) throw wrongKind(where, 'bytes', 'must be a Uint8Array', { got: bytes });
  const file = parseMidi(where, bytes);
  const pitched = file.parts.filter(({ channel }) => channel !== DRUMS);
  const melody = (pitched.length === 0 ? file.parts : pitched).reduce<readonly MidiNote[]>(
    (best, { notes }) => (notes.length > best.length ? notes : best),
    [],
  );
  if (melody.length === 0) throw outOfRange(where, 'bytes', 'must have notes', { seen: 'none' });
  const { metre, at } = mainMetre(file);
  const bar = checkMetre(where, 'bytes.metre', metre);
  const sharps = file.keys[0] ?? 0;
  if (sharps < -7 || sharps > 7) {
    throw outOfRange(where, 'bytes.sharps', 'must be -7 ... 7', { got: sharps });
  }
  const voice = oneVoice(melody, grid);
  const pickUp = Math.round(at) % bar || pickUpOf(voice, bar);
  const end = Math.round(file.end);
  const silence = end - voice.at(-1)!.end;
  const isWhole = silence >= SHORTEST && (end - pickUp) % bar === 0;
  const rest = isWhole ? [{ pitch: null, length: silence }] : [];
  const notes = fromBarLine([...notesOf(voice), ...rest], pickUp, bar);
  return { title: title ?? file.title ?? 'untitled', metre, sharps, notes };
}

/** The metre that lasts longest, and where it begins. */
function mainMetre({ metres, end }: MidiFile): MidiFile['metres'][number] {
  // a file may state its metre in each track
  const ordered = [...metres].sort((a, b) => a.at - b.at);
  const lasts = ordered.map(({ at }, i) => (ordered[i + 1]?.at ?? Math.max(end, at + 1)) - at);
  return ordered[lasts.indexOf(Math.max(...lasts))] ?? { at: 0, metre: '4/4' };
}

/** The length before the first bar line. */
function pickUpOf(voice: readonly MidiNote[], bar: number): number {
  const loudest = voice.reduce((most, { velocity }) => Math.max(most, velocity), 0);
  const accented = voice.filter(({ velocity }) => velocity === loudest);
  if (accented.length === voice.length) return 0;
  const counts = new Map<number, number>();
  for (const { start } of accented) counts.set(start % bar, (counts.get(start % bar) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
