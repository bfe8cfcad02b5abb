// Makes words.json from the npm packages emoji-datasource-twitter and emojilib:
// npm i --no-save emoji-datasource-twitter@16.0.0 emojilib@4.0.3
// npx tsx examples/data/emoji/make-words.ts node_modules/emoji-datasource-twitter node_modules/emojilib
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Emoji {
  readonly unified: string;
  readonly skin_variations?: Readonly<Record<string, object>>;
  readonly category: string;
  readonly sort_order: number;
}

const [datasource, emojilib] = process.argv.slice(2);
if (datasource === undefined || emojilib === undefined) {
  process.stderr.write('make-words.ts needs the folders of the npm packages emoji-datasource-twitter and emojilib.\n');
  process.exit(2);
}
const here = fileURLToPath(new URL('.', import.meta.url));
const read = (...path: string[]): unknown => JSON.parse(readFileSync(join(...path), 'utf8'));
const known = read(emojilib, 'dist/emoji-en-US.json') as Readonly<Record<string, readonly string[]>>;

/** Words in lower case, with hyphens within them; empty for what is not made of letters, such as an emoticon. */
const plain = (words: string): string =>
  words
    .normalize('NFD')
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, ' ')
    .trim();

/** Skin tones, the lightest first. */
const TONES = ['1F3FB', '1F3FC', '1F3FD', '1F3FE', '1F3FF'];
/** The tones of each picture after the first, of two people each, such as '15'. */
const tonesOf = (variations: object): string[] =>
  Object.keys(variations).map((key) => {
    const tones = key.split('-').map((point) => TONES.indexOf(point) + 1);
    return `${tones[0]}${tones[1] ?? tones[0]}`;
  });

// in the order of drawings.json
const emoji = (read(datasource, 'emoji.json') as Emoji[])
  .filter(({ category }) => category !== 'Component')
  .sort((a, b) => a.sort_order - b.sort_order);
const rows = emoji.map(({ unified, skin_variations: variations = {} }) => {
  const own = String.fromCodePoint(...unified.split('-').map((point) => parseInt(point, 16)));
  const [name, ...keywords] = (known[own] ?? known[own.replaceAll('\uFE0F', '')]!).map(plain);
  const words = [...new Set(keywords)].filter((one) => /[a-z]{2}/.test(one) && one !== name);
  const tones = tonesOf(variations);
  return JSON.stringify(tones.length > TONES.length ? [name, words, tones] : [name, words]);
});
writeFileSync(
  join(here, 'words.json'),
  `{\n"fields": ["name", "keywords", "tones of two people"],\n"words": [\n${rows.join(',\n')}\n]\n}\n`,
);
console.log(`${rows.length} names with keywords`);
