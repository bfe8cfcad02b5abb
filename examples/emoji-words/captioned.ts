import { readFileSync } from 'node:fs';
import { createRandom } from 'tfjs-generative';
import { balanced, choose, type ColourPictures } from '../shared/colour-pictures.js';
import { examplePath } from '../shared/example-path.js';
import { readEmoji } from '../shared/load-pictures.js';
import { wordsOf } from './vocabulary.js';

/** What a picture is called. */
export interface Caption {
  /** Words of its name, without the skin tone. */
  readonly name: string;
  /** Such as 'medium-light'; undefined if it has the yellow of all. */
  readonly tones: readonly string[];
  readonly keywords: readonly string[];
  /** What is done, who does it, and the skin tone, if the same is drawn as a man and as a woman. */
  readonly combination: { readonly base: string; readonly gender: Gender } | undefined;
}

export type Gender = 'man' | 'woman' | 'person';

/** Pictures with their captions. */
export interface CaptionedPictures {
  readonly pictures: ColourPictures;
  readonly captions: readonly Caption[];
}

/** Emoji to train on and held-out ones. */
export interface CaptionedSet {
  readonly train: CaptionedPictures;
  /** Combinations of a profession, a gender and a skin tone that `train` does not have, and names whose words it has. */
  readonly heldOut: CaptionedPictures;
}

/** The shares of combinations and of other names that are held out. */
const [COMBINATIONS, NAMES] = [0.15, 0.05];
export const TONES = ['light', 'medium-light', 'medium', 'medium-dark', 'dark'] as const;
/** Pictures of a drawing of one person: without a tone, and with each. */
const OF_ONE_PERSON = TONES.length + 1;

interface Names {
  readonly words: readonly (readonly [name: string, keywords: readonly string[], tones?: readonly string[]])[];
}

/** The full name of a picture: 'woman scientist dark skin tone'. */
export const fullName = ({ name, tones }: Caption): string =>
  [name, ...tones.map((tone) => `${tone} skin tone`)].join(' ');

/** All included emoji with their captions, in the order of the sheet. */
export async function readCaptioned(): Promise<CaptionedPictures> {
  const pictures = await readEmoji({ size: 32, background: [1, 1, 1] });
  const read = (file: string): unknown => JSON.parse(readFileSync(examplePath(`data/emoji/${file}`), 'utf8'));
  const { drawings } = read('drawings.json') as { readonly drawings: readonly (readonly unknown[])[] };
  const { words } = read('words.json') as Names;
  const names = new Set(words.map(([name]) => name));
  const captions = drawings.flatMap((drawing, i): Caption[] => {
    const [name, keywords, pairs] = words[i]!;
    const cells = drawing.at(-1) as readonly unknown[];
    const combination = cells.length === OF_ONE_PERSON ? combinationOf(name, names) : undefined;
    const tonesOf = (cell: number): string[] => {
      if (cell === 0) return [];
      if (pairs === undefined) return [TONES[cell - 1]!];
      return [...new Set(pairs[cell - 1])].map((tone) => TONES[Number(tone) - 1]!);
    };
    return cells.map((_, cell) => ({ name, keywords, tones: tonesOf(cell), combination }));
  });
  return { pictures, captions };
}

/** Who does what, if there is the same of a man and of a woman. */
function combinationOf(name: string, names: ReadonlySet<string>): Caption['combination'] {
  const [, who, what] = /^(?:(man|woman|person) )?(.+)$/.exec(name)!;
  if (what === undefined || !names.has(`man ${what}`) || !names.has(`woman ${what}`)) return undefined;
  return { base: what, gender: (who as Gender | undefined) ?? 'person' };
}

/** Holds out combinations and names; the same for the same seed. */
export function splitByWords(all: CaptionedPictures, seed: number): CaptionedSet {
  const random = createRandom(seed).fork('held out');
  const { captions } = all;
  const rows = [...captions.keys()];
  const shuffled = <T>(list: readonly T[], name: string): T[] =>
    Array.from(random.fork(name).permutation(list.length), (i) => list[i]!);
  const combined = rows.filter((i) => captions[i]!.combination !== undefined);
  const held = new Set(shuffled(combined, 'combinations').slice(0, Math.round(COMBINATIONS * combined.length)));
  const others = [...new Set(captions.filter(({ combination }) => combination === undefined).map(({ name }) => name))];
  const counts = new Map<string, number>();
  const names = new Set(captions.map(({ name }) => name));
  for (const name of names) for (const word of new Set(wordsOf(name))) counts.set(word, (counts.get(word) ?? 0) + 1);
  let count = Math.round(NAMES * others.length);
  const heldNames = new Set<string>();
  for (const name of shuffled(others, 'names')) {
    const words = [...new Set(wordsOf(name))];
    if (count === 0) break;
    if (words.length < 2 || words.some((word) => counts.get(word)! < 2)) continue;
    for (const word of words) counts.set(word, counts.get(word)! - 1);
    heldNames.add(name);
    count--;
  }
  const isHeld = (i: number): boolean => held.has(i) || heldNames.has(captions[i]!.name);
  return { train: pick(all, rows.filter((i) => !isHeld(i))), heldOut: pick(all, rows.filter(isHeld)) }; // prettier-ignore
}

/** Some pictures with their captions. */
export function pick({ pictures, captions }: CaptionedPictures, rows: readonly number[]): CaptionedPictures {
  return { pictures: choose(pictures, rows), captions: rows.map((i) => captions[i]!) };
}

/** The pictures, with those of small classes repeated. */
export function balancedByClass(set: CaptionedPictures): CaptionedPictures {
  const numbered = { ...set.pictures, motifs: Int32Array.from(set.captions.keys()) };
  return pick(set, Array.from(balanced(numbered).motifs));
}
