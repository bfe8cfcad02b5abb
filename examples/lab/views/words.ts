/** How a word relates to the list that the model learns from. */
export type WordKind = 'listed' | 'plausible' | 'odd';

/** What each kind means, for the legend. */
export const kindWords: Readonly<Record<WordKind, string>> = {
  listed: 'in the list',
  plausible: 'new, but all its three-letter sequences occur in the list',
  odd: 'new, with a three-letter sequence that is not in the list',
};

/** Reads tokens as words, and compares words with those of a list. */
export interface WordReader {
  /** The words of rows of `places` tokens; undecided places, if any, are written as _. */
  read(tokens: Uint8Array, places: number): string[];
  kindOf(word: string): WordKind;
}

/** Makes a reader of words of a list, whose tokens are its letters in the order of the alphabet, and then the end of a word. */
export function createWordReader(list: readonly string[]): WordReader {
  const alphabet = [...new Set(list.join(''))].sort();
  const known = new Set(list);
  const triples = new Set(list.flatMap(triplesOf));
  return {
    read: (tokens, places) =>
      Array.from({ length: tokens.length / places }, (_, i) => {
        const row = [...tokens.subarray(i * places, (i + 1) * places)];
        const end = row.indexOf(alphabet.length);
        return row
          .slice(0, end < 0 ? places : end)
          .map((token) => alphabet[token] ?? '_')
          .join('');
      }),
    kindOf: (word) =>
      known.has(word)
        ? 'listed'
        : word !== '' && triplesOf(word).every((one) => triples.has(one))
          ? 'plausible'
          : 'odd',
  };
}

/** Three letters in a row; the borders of a word count as letters. */
function triplesOf(word: string): string[] {
  const whole = `^${word}$`;
  return Array.from({ length: whole.length - 2 }, (_, i) => whole.slice(i, i + 3));
}
