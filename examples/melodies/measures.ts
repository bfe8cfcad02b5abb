import { barLength, noteOnsets, type Tune } from 'tfjs-generative/music';
import { phraseIndex, phrasesOf, sharedPhrases } from './phrases.js';
import { versionsOf } from './split.js';

/** What tunes are like, in numbers. */
export interface TuneMeasures {
  /** MIDI's numbers of the lowest and the highest note, and of the notes below which 5%, 50% and 95% of the notes are. */
  readonly pitches: Readonly<Record<'lowest' | 'low' | 'median' | 'high' | 'highest', number>>;
  /** From the lowest to the highest note of a tune, in semitones, the mean. */
  readonly range: number;
  /** Share of the notes and rests of each length, by units. */
  readonly lengths: ReadonlyMap<number, number>;
  /** Share of the bars that notes fill exactly: one starts with the bar, and one ends with it. A bar that the tune leaves is not counted. */
  readonly fullBars: number;
  /** The median of a tune's number of bars. */
  readonly bars: number;
}

/** Measures some tunes. */
export function measureTunes(tunes: readonly Tune[]): TuneMeasures {
  const pitches = tunes.map(({ notes }) =>
    notes.flatMap(({ pitch }) => (pitch === null ? [] : [pitch])).sort(ascending),
  );
  const all = pitches.flat().sort(ascending);
  const bars = tunes.map((tune) => lengthOf(tune) / barLength(tune.metre)).sort(ascending);
  const filled = tunes.flatMap(filledBars);
  const at = (share: number): number => quantile(all, share);
  return {
    pitches: { lowest: at(0), low: at(0.05), median: at(0.5), high: at(0.95), highest: at(1) },
    range: mean(pitches.filter((own) => own.length > 0).map((own) => own.at(-1)! - own[0]!)),
    lengths: distribution(tunes.flatMap(({ notes }) => notes.map(({ length }) => length))),
    fullBars: mean(filled.map(Number)),
    bars: quantile(bars, 0.5),
  };
}

/** The length of a tune, in units. */
export function lengthOf({ notes }: Pick<Tune, 'notes'>): number {
  return noteOnsets(notes).at(-1)!;
}

/** For each bar that a tune completes, whether its notes fill it exactly. */
export function filledBars(tune: Tune): boolean[] {
  const bar = barLength(tune.metre);
  const onsets = new Set(noteOnsets(tune.notes));
  return Array.from(
    { length: Math.floor(lengthOf(tune) / bar) },
    (_, i) => onsets.has(i * bar) && onsets.has((i + 1) * bar),
  );
}

/** The total variation between two distributions: half the sum of the differences, from 0 (equal) to 1. */
export function totalVariation(a: ReadonlyMap<number, number>, b: ReadonlyMap<number, number>): number {
  const values = new Set([...a.keys(), ...b.keys()]);
  return [...values].reduce((sum, value) => sum + Math.abs((a.get(value) ?? 0) - (b.get(value) ?? 0)), 0) / 2;
}

/** Shares of the distinct phrases of a tune, the mean over tunes. */
export interface CopyRates {
  /** Share of the phrases that are in one training tune, the one that has most of them. */
  readonly one: number;
  /** Share of the phrases that are in any training tune. */
  readonly any: number;
}

/** How much of some tunes is in training tunes, in phrases of 8 notes, in whatever key. */
export function copyRates(tunes: readonly Tune[], training: readonly Tune[]): CopyRates {
  const index = phraseIndex(training.map(phrasesOf));
  return meanRates(tunes.map((tune) => ratesOf(phrasesOf(tune), index, () => true)));
}

/** The same of each training tune in the others, without versions of it: otherwise a tune that was collected twice would be a copy. */
export function ownCopyRates(training: readonly Tune[], versions: readonly number[] = versionsOf(training)): CopyRates {
  const phrases = training.map(phrasesOf);
  const index = phraseIndex(phrases);
  return meanRates(phrases.map((own, i) => ratesOf(own, index, (other) => versions[other] !== versions[i])));
}

function ratesOf(
  phrases: ReadonlySet<string>,
  index: ReadonlyMap<string, readonly number[]>,
  counts: (tune: number) => boolean,
): CopyRates | undefined {
  if (phrases.size === 0) return undefined;
  const shared = [...sharedPhrases(phrases, index)].filter(([tune]) => counts(tune)).map(([, count]) => count);
  const known = [...phrases].filter((phrase) => index.get(phrase)?.some(counts) === true).length;
  return { one: Math.max(0, ...shared) / phrases.size, any: known / phrases.size };
}

/** A tune of fewer than 8 notes has no phrase, and does not count. */
function meanRates(rates: readonly (CopyRates | undefined)[]): CopyRates {
  const defined = rates.filter((rate) => rate !== undefined);
  return { one: mean(defined.map(({ one }) => one)), any: mean(defined.map(({ any }) => any)) };
}

function distribution(values: readonly number[]): Map<number, number> {
  const shares = new Map<number, number>();
  for (const value of values) shares.set(value, (shares.get(value) ?? 0) + 1 / values.length);
  return shares;
}

/** The smallest of sorted values that at least a share of them do not exceed. */
function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function ascending(a: number, b: number): number {
  return a - b;
}
