/** The words and pieces that a model knows: token i + 1 is entry i, and 0 is padding. */
export interface Vocabulary {
  readonly words: readonly string[];
  /** Letters and short sequences of letters, of which unknown words are made. */
  readonly pieces: readonly string[];
}

/** A text as tokens. */
export interface Encoded {
  readonly tokens: readonly number[];
  /** Words that the vocabulary does not have, and that became pieces. */
  readonly unknown: readonly string[];
  /** Number of words that it has. */
  readonly known: number;
}

/** The fewest words in which a sequence of letters must occur to be a piece. */
const FEWEST_WORDS = 20;
/** Letters of the longest piece. */
const LONGEST_PIECE = 4;
/** The shortest word of which longer words are made. */
const SHORTEST_PART = 3;

/** The words of a text: letters of the Latin alphabet and digits, in lower case and without accents; hyphens within a word stay. */
export function wordsOf(text: string): string[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return plain.match(/[a-z0-9]+(-[a-z0-9]+)*/g) ?? [];
}

/** All words of some texts that occur at least twice, and pieces for the others. */
export function createVocabulary(texts: Iterable<string>): Vocabulary {
  const counts = new Map<string, number>();
  for (const text of texts) for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const uses = new Map<string, number>();
  for (const word of counts.keys()) {
    const sequences = new Set<string>();
    for (let i = 0; i < word.length; i++) {
      for (let end = i + 2; end <= Math.min(word.length, i + LONGEST_PIECE); end++) sequences.add(word.slice(i, end));
    }
    for (const one of sequences) uses.set(one, (uses.get(one) ?? 0) + 1);
  }
  const words = [...counts].filter(([, count]) => count > 1).map(([word]) => word);
  const known = new Set(words);
  const often = [...uses].filter(([one, count]) => count >= FEWEST_WORDS && !known.has(one)).map(([one]) => one);
  const letters = [...'abcdefghijklmnopqrstuvwxyz0123456789'].filter((one) => !known.has(one));
  return { words: words.sort(), pieces: [...letters, ...often.sort()] };
}

/** What turns texts into tokens. */
export interface Reader {
  /** Number of tokens, with padding. */
  readonly size: number;
  encode(text: string): Encoded;
  /** The tokens of the pieces of a word, even if the vocabulary has it. */
  pieces(word: string): number[];
}

/** Reads texts by a vocabulary. */
export function createReader({ words, pieces }: Vocabulary): Reader {
  const ids = new Map([...words, ...pieces].map((entry, i) => [entry, i + 1]));
  const parts = new Set([...words.filter((word) => word.length >= SHORTEST_PART), ...pieces]);
  const longest = words.reduce((most, { length }) => Math.max(most, length), LONGEST_PIECE);
  /** The longest part at each place, from the first letter on. */
  const piecesOf = (word: string): number[] => {
    const found: number[] = [];
    const rest = word.replaceAll('-', '');
    for (let i = 0; i < rest.length;) {
      let length = Math.min(longest, rest.length - i, i === 0 ? rest.length - 1 : Infinity);
      while (length > 1 && !parts.has(rest.slice(i, i + length))) length--;
      const id = ids.get(rest.slice(i, i + Math.max(1, length)));
      if (id !== undefined) found.push(id);
      i += Math.max(1, length);
    }
    return found;
  };
  return {
    size: 1 + words.length + pieces.length,
    pieces: piecesOf,
    encode: (text) => {
      const tokens: number[] = [];
      const unknown: string[] = [];
      let known = 0;
      for (const whole of wordsOf(text)) {
        // a word with hyphens that the vocabulary does not have is several words
        for (const word of ids.has(whole) ? [whole] : whole.split('-')) {
          const id = ids.get(word);
          if (id === undefined) {
            unknown.push(word);
            tokens.push(...piecesOf(word));
          } else {
            known++;
            tokens.push(id);
          }
        }
      }
      return { tokens, unknown, known };
    },
  };
}
