import type { RandomStream } from 'tfjs-generative';
import type { Tune } from 'tfjs-generative/music';
import { phraseIndex, phrasesOf, sharedPhrases } from './phrases.js';

/** Two tunes are versions of one if this share of the phrases of the shorter is in the other. */
const VERSION = 0.15;

/**
 * For each tune a number, equal for versions of one tune: collections have many a tune twice, under two names or in two settings. Versions of
 * versions count as versions.
 */
export function versionsOf(tunes: readonly Tune[], share: number = VERSION): number[] {
  const phrases = tunes.map(phrasesOf);
  const index = phraseIndex(phrases);
  const groups = tunes.map((_, tune) => tune);
  const rootOf = (tune: number): number => (groups[tune] === tune ? tune : (groups[tune] = rootOf(groups[tune]!)));
  for (const [tune, own] of phrases.entries()) {
    for (const [other, count] of sharedPhrases(own, index)) {
      if (count >= share * Math.min(own.size, phrases[other]!.size)) groups[rootOf(tune)] = rootOf(other);
    }
  }
  return groups.map((_, tune) => rootOf(tune));
}

/** Tunes to learn from, and tunes that are kept back. */
export interface Split {
  readonly training: readonly Tune[];
  readonly heldOut: readonly Tune[];
}

/** Holds back a share of the tunes, a fifth by default, with all versions of a tune on one side. */
export function splitTunes(tunes: readonly Tune[], random: RandomStream, share = 0.2): Split {
  const groups = versionsOf(tunes);
  const names = [...new Set(groups)];
  const order = [...random.permutation(names.length)].map((i) => names[i]!);
  const back = new Set<number>();
  let count = 0;
  for (const name of order) {
    const size = groups.filter((group) => group === name).length;
    // a group that is too large for the rest of the share is learned from
    if (count + size > share * tunes.length) continue;
    back.add(name);
    count += size;
  }
  return {
    training: tunes.filter((_, i) => !back.has(groups[i]!)),
    heldOut: tunes.filter((_, i) => back.has(groups[i]!)),
  };
}
