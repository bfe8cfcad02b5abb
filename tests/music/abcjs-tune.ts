import abcjs from 'abcjs';
import { barLength, unitsPerQuarter, type Note, type Tune } from '../../src/music/index.js';

// An independent reader: abcjs writes repeats, ties, tuplets and accidentals out as it prepares the sound of a page.

/** What abcjs makes of a tune. */
type Parsed = abcjs.TuneObject;

/** The tunes of an ABC file by abcjs, the first voice only. */
export function tunesByAbcjs(text: string): Tune[] {
  // its types promise one tune
  const parsed: readonly Parsed[] = abcjs.parseOnly(text);
  return parsed.map(tuneOf).filter(({ notes }) => notes.length > 0);
}

/** The lengths of the bars of a tune as they are written, in units; the first may be a pick-up. */
export function writtenBars(parsed: Parsed): number[] {
  const bars = [0];
  let tuplet = 1;
  for (const item of parsed.lines.flatMap(({ staff }) => staff?.[0]?.voices?.[0] ?? [])) {
    if (item.el_type === 'bar') bars.push(0);
    if (item.el_type !== 'note') continue;
    // the types of abcjs omit what its notes say about tuplets
    const note = item as typeof item & { readonly tripletMultiplier?: number; readonly endTriplet?: boolean };
    tuplet = note.tripletMultiplier ?? tuplet;
    bars[bars.length - 1]! += note.duration * tuplet;
    if (note.endTriplet === true) tuplet = 1;
  }
  return bars.map(units).filter((bar) => bar > 0);
}

function tuneOf(parsed: Parsed): Tune {
  const { num, den } = parsed.getMeterFraction();
  const metre = `${num}/${den ?? 1}`;
  const { accidentals = [] } = parsed.getKeySignature();
  const sharps = accidentals.reduce((sum, { acc }) => sum + (acc === 'sharp' ? 1 : acc === 'flat' ? -1 : 0), 0);
  const bar = barLength(metre);
  const first = writtenBars(parsed)[0] ?? 0;
  const lead = first < bar && first > 0 ? [{ pitch: null, length: bar - first }] : [];
  const notes = [...lead, ...soundOf(parsed)];
  return { title: parsed.metaText.title ?? 'untitled', metre, sharps, notes };
}

/** The notes of the first voice with rests between them. Of notes that sound together the last named is kept, the top of a chord. */
function soundOf(parsed: Parsed): Note[] {
  const { tracks, totalDuration } = parsed.setUpAudio({ chordsOff: true });
  const sounds = (tracks[0] ?? []).flatMap((item) =>
    item.cmd === 'note'
      ? [{ pitch: item.pitch, start: units(item.start), end: units(item.start + item.duration) }]
      : [],
  );
  const end = units(totalDuration);
  const notes: Note[] = [];
  let at = 0;
  sounds.forEach((sound, i) => {
    const next = sounds[i + 1]?.start ?? end;
    if (next <= sound.start) return;
    if (sound.start > at) notes.push({ pitch: null, length: sound.start - at });
    at = Math.min(sound.end, next);
    notes.push({ pitch: sound.pitch, length: at - sound.start });
  });
  return end > at ? [...notes, { pitch: null, length: end - at }] : notes;
}

/** abcjs measures in whole notes. */
function units(whole: number): number {
  return Math.round(whole * 4 * unitsPerQuarter);
}
