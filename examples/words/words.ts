import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RandomStream } from 'tfjs-generative';
import { InputError } from '../shared/input-error.js';

/** A list of words in two parts. */
export interface WordSet {
  readonly train: readonly string[];
  /** Words that the model does not see: if it writes one, it has found a real word by itself. */
  readonly heldOut: readonly string[];
}

/** Letters of the shortest and the longest word. */
export const SIZES = { shortest: 3, longest: 12 };

/** Reads a file with one word a line, or the English words of npm's `an-array-of-english-words`; keeps those of 3 to 12 letters. */
export function loadWords(path: string | undefined, random: RandomStream): WordSet {
  const lines =
    path === undefined
      ? (createRequire(import.meta.url)('an-array-of-english-words') as string[])
      : readFileSync(path, 'utf8').split(/\r?\n/);
  const words = new Set(lines.map((line) => line.trim().toLowerCase().normalize()));
  const kept = [...words].filter((word) => {
    const letters = [...word].length;
    return letters >= SIZES.shortest && letters <= SIZES.longest && !/\s/.test(word);
  });
  if (kept.length < 100) {
    throw new InputError(`--data must hold at least 100 words of 3 to 12 letters, one per line; got ${kept.length}.`);
  }
  const order = random.permutation(kept.length);
  const held = Math.ceil(kept.length / 10);
  const take = (from: number, to: number): string[] => Array.from(order.subarray(from, to), (i) => kept[i]!);
  return { train: take(held, kept.length), heldOut: take(0, held) };
}
