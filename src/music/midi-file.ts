import { outOfRange } from '../tensor/errors.js';
import { unitsPerQuarter } from './tune.js';
import type { PlayedNote } from './quantize-notes.js';

/** A note of a MIDI file. */
export interface MidiNote extends PlayedNote {
  readonly velocity: number;
}

/** The notes of one channel of a track. */
export interface MidiPart {
  readonly channel: number;
  readonly notes: MidiNote[];
}

/** What a MIDI file says. */
export interface MidiFile {
  readonly parts: readonly MidiPart[];
  /** Times in units. */
  readonly metres: readonly { readonly at: number; readonly metre: string }[];
  readonly keys: readonly number[];
  readonly title: string | undefined;
  /** When the last track ends, in units. */
  readonly end: number;
}

interface Found {
  readonly parts: MidiPart[];
  readonly metres: { at: number; metre: string }[];
  readonly keys: number[];
  readonly titles: string[];
  end: number;
}

/** Bytes of a file, read in order; each read throws if the file ends before. */
interface Cursor {
  at: number;
  readonly end: number;
  /** A number of some bytes. */
  number(bytes: number): number;
  /** A number with 7 bits in each byte, of which all but the last have the eighth bit. */
  variable(): number;
  /** Passes over some bytes, and returns them. */
  skip(bytes: number): Uint8Array;
  /** Throws with a rule and what was found. */
  fail(rule: string, seen: string): never;
}

function cursorOf(where: string, bytes: Uint8Array, start: number, end: number): Cursor {
  const cursor: Cursor = {
    at: start,
    end,
    number: (count) => cursor.skip(count).reduce((value, byte) => value * 256 + byte, 0),
    variable: () => {
      let value = 0;
      for (let i = 0; i < 4; i++) {
        const byte = cursor.number(1);
        value = value * 128 + (byte & 0x7f);
        if (byte < 0x80) return value;
      }
      return cursor.fail('must have numbers of at most four bytes', `a longer one at byte ${cursor.at - 1}`);
    },
    skip: (count) => {
      if (count > end - cursor.at) {
        cursor.fail('must not be truncated', `${count} bytes to read at byte ${cursor.at} of ${end}`);
      }
      return bytes.subarray(cursor.at, (cursor.at += count));
    },
    fail: (rule, seen) => {
      throw outOfRange(where, 'bytes', rule, { seen });
    },
  };
  return cursor;
}

/** Reads a Standard MIDI file. */
export function parseMidi(where: string, bytes: Uint8Array): MidiFile {
  const file = cursorOf(where, bytes, 0, bytes.length);
  const kind = String.fromCharCode(...bytes.subarray(0, 4));
  if (kind !== 'MThd') file.fail("must be a MIDI file, which begins with 'MThd'", `'${kind}'`);
  file.skip(4);
  const head = file.skip(file.number(4));
  const header = cursorOf(where, head, 0, head.length);
  header.skip(4);
  const division = header.number(2);
  if (division === 0 || division > 0x7fff) {
    file.fail('must count ticks per quarter note', division === 0 ? 'none' : 'frames per second');
  }
  const found: Found = { parts: [], metres: [], keys: [], titles: [], end: 0 };
  while (file.at < file.end) {
    const name = String.fromCharCode(...file.skip(4));
    const size = file.number(4);
    const begin = file.at;
    file.skip(size);
    if (name === 'MTrk') readTrack(cursorOf(where, bytes, begin, file.at), division, found);
  }
  return { ...found, title: found.titles.find((title) => title !== '') };
}

/** Adds what a track says; `division` is the number of ticks per quarter note. */
function readTrack(track: Cursor, division: number, found: Found): void {
  const units = (ticks: number): number => (ticks * unitsPerQuarter) / division;
  const parts = new Map<number, MidiPart>();
  const sounding = new Map<number, { start: number; velocity: number }[]>();
  let [ticks, status] = [0, 0];
  const stop = (key: number): void => {
    const begun = sounding.get(key)?.shift();
    if (begun === undefined || begun.start >= ticks) return;
    const channel = key >> 7;
    const part = parts.get(channel) ?? { channel, notes: [] };
    parts.set(channel, part);
    const { start, velocity } = begun;
    part.notes.push({ pitch: key & 0x7f, start: units(start), end: units(ticks), velocity });
  };
  while (track.at < track.end) {
    ticks += track.variable();
    if (units(ticks) > 0x7fff_ffff) track.fail('must be shorter', `an event at tick ${ticks}`);
    let first = track.number(1);
    if (first === 0xff) {
      const kind = track.number(1);
      readMeta(kind, track.skip(track.variable()), units(ticks), found);
      // whatever follows is no part of the track
      if (kind === 0x2f) break;
      continue;
    }
    if (first === 0xf0 || first === 0xf7) {
      track.skip(track.variable());
      continue;
    }
    if (first > 0xf0) track.fail('must hold events of MIDI files', `the status ${first} at byte ${track.at - 1}`);
    if (first >= 0x80) {
      status = first;
      first = track.number(1);
    }
    if (status === 0 || first >= 0x80) {
      track.fail('must hold events of MIDI files', `the byte ${first} at byte ${track.at - 1} without its status`);
    }
    // a change of program and the pressure of a channel have one byte of data
    const second = status >= 0xc0 && status < 0xe0 ? 0 : track.number(1);
    const key = ((status & 15) << 7) | first;
    if (status < 0x80 + 16 || (status < 0x90 + 16 && second === 0)) stop(key);
    else if (status < 0x90 + 16) {
      const begun = sounding.get(key);
      if (begun === undefined) sounding.set(key, [{ start: ticks, velocity: second }]);
      else begun.push({ start: ticks, velocity: second });
    }
  }
  // notes that nothing ends sound until the end
  for (const [key, begun] of sounding) while (begun.length > 0) stop(key);
  found.parts.push(...parts.values());
  found.end = Math.max(found.end, units(ticks));
}

/** Adds what a meta event says. */
function readMeta(kind: number, data: Uint8Array, at: number, found: Found): void {
  if (kind === 0x03) found.titles.push(new TextDecoder().decode(data).trim());
  if (kind === 0x58 && data.length >= 2) found.metres.push({ at, metre: `${data[0]}/${2 ** data[1]!}` });
  if (kind === 0x59 && data.length >= 1) {
    const sharps = (data[0]! << 24) >> 24;
    // version 2.0.28 of the package @tonejs/midi writes fourteen sharps too many
    found.keys.push(sharps > 7 && sharps <= 21 ? sharps - 14 : sharps);
  }
}
