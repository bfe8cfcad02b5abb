// The package is CommonJS, from which Node takes a default export only.
import tonejs from '@tonejs/midi';
import { barLength, onsetsOf, QUARTER, restBefore, type Note, type Tune } from './tune.js';

const { Midi } = tonejs;
/** Key signatures in the order of their sharps, from seven flats on. */
const KEYS = ['Cb', 'Gb', 'Db', 'Ab', 'Eb', 'Bb', 'F', 'C', 'G', 'D', 'A', 'E', 'B', 'F#', 'C#'];
/** Quarter notes a minute. */
export const TEMPO = 160;
/** Velocities of the first note of a bar, and of others: from these, {@link readMidi} finds the bars again. */
const [ACCENT, PLAIN] = [105 / 127, 80 / 127];
/** Notes that start closer together than a 32nd are a chord, and a shorter silence belongs to the note before it. */
const SHORTEST = QUARTER / 8;

/** One note as MIDI has it, in units. */
interface Sound {
  readonly pitch: number;
  readonly start: number;
  readonly end: number;
  readonly velocity: number;
}

/**
 * Reads the track with the most notes as one voice: of notes that start together the highest is kept, and a note ends where the next
 * starts. Key and metre are the first that the file states, otherwise C and 4/4. Undefined if there are no notes.
 */
export function readMidi(bytes: Uint8Array, title: string): Tune | undefined {
  const { header, tracks } = new Midi(bytes);
  const longest = tracks.reduce((best, track) => (track.notes.length > best.notes.length ? track : best), tracks[0]!);
  const units = (ticks: number): number => Math.round((ticks * QUARTER) / header.ppq);
  const sounds = oneVoice(
    (longest?.notes ?? []).map(({ midi, ticks, durationTicks, velocity }) => ({
      pitch: midi,
      start: units(ticks),
      end: units(ticks + durationTicks),
      velocity,
    })),
  );
  if (sounds.length === 0) return undefined;
  const metre = header.timeSignatures[0]?.timeSignature.join('/') ?? '4/4';
  const key = KEYS.indexOf(header.keySignatures[0]?.key ?? 'C');
  const bar = barLength(metre);
  const notes: Note[] = [];
  let at = 0;
  for (const [i, { pitch, start, end }] of sounds.entries()) {
    const next = sounds[i + 1]?.start ?? Infinity;
    if (start > at) notes.push({ pitch: null, length: start - at });
    at = next - end < SHORTEST ? next : end;
    notes.push({ pitch, length: at - start });
  }
  return {
    title,
    metre,
    sharps: key < 0 ? 0 : key - 7,
    notes: joined([...restBefore(pickUpOf(sounds, bar), bar), ...notes]),
  };
}

/** Writes a tune as a MIDI file of one track. */
export function writeMidi({ title, metre, sharps, notes }: Tune): Uint8Array {
  const midi = new Midi();
  midi.header.setTempo(TEMPO);
  midi.header.timeSignatures.push({ ticks: 0, timeSignature: metre.split('/').map(Number) });
  midi.header.keySignatures.push({ ticks: 0, key: KEYS[sharps + 7]!, scale: 'major' });
  midi.header.update();
  const track = midi.addTrack();
  track.name = title;
  const ticks = midi.header.ppq / QUARTER;
  const bar = barLength(metre);
  const onsets = onsetsOf(notes);
  for (const [i, { pitch, length }] of notes.entries()) {
    if (pitch === null) continue;
    const velocity = onsets[i]! % bar === 0 ? ACCENT : PLAIN;
    // a tick of silence, so that a player hears two equal notes as two
    track.addNote({ midi: pitch, ticks: onsets[i]! * ticks, durationTicks: length * ticks - 1, velocity });
  }
  const bytes = midi.toArray();
  // version 2.0.28 of the package writes fourteen sharps too many
  const key = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(Buffer.from([0xff, 0x59, 0x02]));
  new DataView(bytes.buffer, bytes.byteOffset).setInt8(key + 3, sharps);
  return bytes;
}

function oneVoice(sounds: readonly Sound[]): Sound[] {
  const voice: Sound[] = [];
  for (const sound of [...sounds].sort((a, b) => a.start - b.start)) {
    const last = voice.at(-1);
    if (last === undefined || sound.start - last.start >= SHORTEST) voice.push(sound);
    else if (sound.pitch > last.pitch) voice[voice.length - 1] = { ...sound, start: last.start };
  }
  return voice.map((sound, i) => ({
    ...sound,
    end: Math.max(sound.start + 1, Math.min(sound.end, voice[i + 1]?.start ?? Infinity)),
  }));
}

/** The length before the first bar line: programs that convert ABC play the first note of a bar louder, and the files do not state more. */
function pickUpOf(sounds: readonly Sound[], bar: number): number {
  const loudest = Math.max(...sounds.map(({ velocity }) => velocity));
  const accented = sounds.filter(({ velocity }) => velocity === loudest);
  if (accented.length === sounds.length) return 0;
  const counts = new Map<number, number>();
  for (const { start } of accented) counts.set(start % bar, (counts.get(start % bar) ?? 0) + 1);
  return [...counts].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}

/** A rest at the start joins the rest that fills the bar. */
function joined(notes: readonly Note[]): Note[] {
  const [first, second, ...rest] = notes;
  if (first?.pitch !== null || second?.pitch !== null) return [...notes];
  return [{ pitch: null, length: first.length + second.length }, ...rest];
}
