import type { RandomStream } from 'tfjs-generative';
import type { Caption } from './captioned.js';
import { wordsOf, type Reader } from './vocabulary.js';

/** Tokens of the longest text; what follows is not read. */
export const LENGTH = 16;
/** Texts for each picture, of which a batch has one, chosen at random. */
export const TEXTS = 6;
/** The share of words that become pieces in one of the texts. */
const IN_PIECES = 0.3;
/** The most keywords in a text. */
const MOST_KEYWORDS = 3;

/** Draws of the host, for choices of words. */
interface Dice {
  below(count: number): number;
}

const tonePhrase = ({ tones }: Caption, dice: Dice): string[] =>
  tones.flatMap((tone) => (dice.below(2) === 0 ? [tone, 'skin', 'tone'] : [tone, 'skin']));

/** One text of a caption: its name, its name after the tone or with keywords or in pieces, or keywords alone. */
function textOf(caption: Caption, kind: number, dice: Dice, reader: Reader): number[] {
  const name = wordsOf(caption.name);
  const tone = tonePhrase(caption, dice);
  const { keywords } = caption;
  const chosen = (most: number): string[] =>
    Array.from({ length: Math.min(1 + dice.below(most), keywords.length) }, () =>
      wordsOf(keywords[dice.below(keywords.length)]!),
    ).flat();
  const whole = (words: readonly string[]): number[] => [...reader.encode(words.join(' ')).tokens];
  if (kind === 2) return whole([...tone, ...name]);
  if (kind === 3) return whole([...name, ...tone, ...chosen(2)]);
  if (kind === 4 && keywords.length > 0) return whole([...chosen(MOST_KEYWORDS), ...tone]);
  if (kind === 5) {
    return [...name, ...tone].flatMap((word) =>
      dice.below(1000) < 1000 * IN_PIECES ? reader.pieces(word) : whole([word]),
    );
  }
  return whole([...name, ...tone]);
}

/** The texts of pictures as tokens, `[captions.length, TEXTS * LENGTH]`, on the host. */
export function textsOf(captions: readonly Caption[], reader: Reader, random: RandomStream) {
  const draws = random.fork('texts').permutation(2 ** 20);
  let drawn = 0;
  const dice: Dice = { below: (count) => draws[drawn++ % draws.length]! % count };
  const data = new Int32Array(captions.length * TEXTS * LENGTH);
  captions.forEach((caption, i) => {
    for (let kind = 0; kind < TEXTS; kind++) {
      data.set(textOf(caption, kind, dice, reader).slice(0, LENGTH), (i * TEXTS + kind) * LENGTH);
    }
  });
  return { data, shape: [captions.length, TEXTS * LENGTH] as const };
}
