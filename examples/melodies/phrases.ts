import type { Tune } from 'tfjs-generative/music';

/** Notes in a phrase. */
const PHRASE = 8;

/**
 * The distinct phrases of 8 notes of a tune, each as the intervals and lengths of its notes: in whatever key it is played, a phrase is the
 * same. Distinct, because a tune repeats its own phrases.
 */
export function phrasesOf({ notes }: Pick<Tune, 'notes'>): Set<string> {
  const phrases = new Set<string>();
  for (let start = 0; start + PHRASE <= notes.length; start++) {
    const phrase = notes.slice(start, start + PHRASE);
    const base = phrase.find(({ pitch }) => pitch !== null)?.pitch ?? 0;
    phrases.add(phrase.map(({ pitch, length }) => `${pitch === null ? 'rest' : pitch - base}:${length}`).join(' '));
  }
  return phrases;
}

/** Which tunes contain a phrase. */
export function phraseIndex(phrases: readonly ReadonlySet<string>[]): Map<string, number[]> {
  const index = new Map<string, number[]>();
  for (const [tune, set] of phrases.entries()) {
    for (const phrase of set) {
      const tunes = index.get(phrase);
      if (tunes === undefined) index.set(phrase, [tune]);
      else tunes.push(tune);
    }
  }
  return index;
}

/** Number of phrases that a set shares with each tune of an index; tunes that share none are left out. */
export function sharedPhrases(
  phrases: ReadonlySet<string>,
  index: ReadonlyMap<string, readonly number[]>,
): Map<number, number> {
  const shared = new Map<number, number>();
  for (const phrase of phrases) {
    for (const tune of index.get(phrase) ?? []) shared.set(tune, (shared.get(tune) ?? 0) + 1);
  }
  return shared;
}
