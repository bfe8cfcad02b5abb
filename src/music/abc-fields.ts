import { unitsPerQuarter } from './tune.js';

/** The letters of notes, in the order of their sharps in key signatures. */
const LETTERS = 'FCGDAEB';
/** Semitones of the letters above C. */
export const SEMITONES: Readonly<Record<string, number>> = { C: 0, D: 2, E: 4, F: 5, G: 7, A: 9, B: 11 };
/** Modes, and how many sharps more than major they have. */
const MODES: Readonly<Record<string, number>> = {
  '': 0,
  maj: 0,
  ion: 0,
  m: -3,
  min: -3,
  aeo: -3,
  mix: -1,
  dor: -2,
  phr: -4,
  lyd: 1,
  loc: -5,
};

/** A key of ABC. */
export interface AbcKey {
  /** Sharps of the signature. */
  readonly sharps: number;
  /** Semitones by which the signature and accidentals after it change each letter, from C on. */
  readonly changes: Readonly<Record<string, number>>;
}

/** The semitones of accidentals. */
export const ACCIDENTALS: Readonly<Record<string, number>> = { '^': 1, '^^': 2, _: -1, __: -2, '=': 0 };

/** The semitones of each letter under a key signature. */
export function signature(sharps: number): Record<string, number> {
  return Object.fromEntries(Array.from(LETTERS, (letter, i) => [letter, Math.floor((sharps - i + 6) / 7)]));
}

/** Reads the field `K:`; undefined if it is not understood. */
export function readKey(text: string): AbcKey | undefined {
  // clefs and the like change no notes, but these do
  if (/(^|\s)(octave|transpose|score|sound|shift)=/i.test(text)) return undefined;
  const words = text.replace(/\w+=\S*/g, '').trim();
  const [, tonic = '', sign, mode = ''] =
    /^([A-G])([#b]?)\s*(maj|ion|min|aeo|mix|dor|phr|lyd|loc|exp|m(?![a-z]))?/i.exec(words) ?? [];
  const isBagpipe = words.startsWith('Hp');
  if (tonic === '' && !/^($|none|HP|Hp|exp|[\^_=]|treble|bass|alto|tenor|perc)/.test(words)) return undefined;
  if (tonic !== tonic.toUpperCase()) return undefined;
  const isExplicit = /exp/i.test(mode) || words.startsWith('exp');
  const major = tonic === '' || isExplicit ? 0 : LETTERS.indexOf(tonic) - 1 + 7 * ({ '#': 1, b: -1 }[sign!] ?? 0);
  const sharps = isBagpipe ? 2 : major + (MODES[mode.toLowerCase()] ?? 0);
  if (sharps < -7 || sharps > 7) return undefined;
  const changes = signature(sharps);
  for (const [, accidental, letter] of words.matchAll(/(?:^|\s)(\^{1,2}|_{1,2}|=)([A-Ga-g])/g)) {
    changes[letter!.toUpperCase()] = ACCIDENTALS[accidental!]!;
  }
  return { sharps, changes };
}

/** Reads the field `M:`, as a fraction; undefined if it is not understood. */
export function readMetre(text: string): string | undefined {
  const metre = text.replace(/[\s()]/g, '');
  if (metre === 'C' || metre === '' || metre === 'none') return '4/4';
  if (metre === 'C|') return '2/2';
  const [, beats, unit] = /^(\d{1,2}(?:\+\d{1,2})*)\/(\d{1,2})$/.exec(metre) ?? [];
  const sum = beats?.split('+').reduce((total, one) => total + Number(one), 0);
  const bar = (4 * unitsPerQuarter * sum!) / Number(unit);
  return bar > 0 && Number.isInteger(bar) ? `${sum}/${unit}` : undefined;
}

/** Reads a length of ABC, such as `3/2` or `//`, as a multiple of the unit. */
export function readLength(text: string): number {
  const [, times = '', slashes = '', parts = ''] = /^(\d*)(\/*)(\d*)$/.exec(text)!;
  const divisor = parts === '' ? 2 ** slashes.length : Number(parts) * 2 ** (slashes.length - 1);
  return Number(times || 1) / divisor;
}

/** The unit of length, in units of tunes, by the field `L:`, or by its default for a metre; undefined if it is not understood. */
export function readUnit(text: string | undefined, metre: string): number | undefined {
  const [beats, unit] = metre.split('/').map(Number) as [number, number];
  const written = text ?? (beats / unit < 0.75 ? '1/16' : '1/8');
  if (!/^\d{1,3}(\/\d{1,3})?$/.test(written)) return undefined;
  const length = 4 * unitsPerQuarter * readLength(written);
  return length > 0 && length < Infinity ? length : undefined;
}

/** How long a tuplet of `p` notes is in notes of the written length. */
export function tupletLength(p: number, metre: string): number {
  return { 2: 3, 3: 2, 4: 3, 6: 2, 8: 3 }[p] ?? (/^(6|9|12)\//.test(metre) ? 3 : 2);
}
