// Makes sheet.png and drawings.json from the npm package emoji-datasource-twitter:
// npm i --no-save emoji-datasource-twitter@16.0.0 && npx tsx examples/data/emoji/make-sheet.ts node_modules/emoji-datasource-twitter
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What emoji.json says about an emoji, and about each of its skin tones. */
interface Drawn {
  readonly unified: string;
  readonly sheet_x: number;
  readonly sheet_y: number;
}
interface Emoji extends Drawn {
  readonly name: string;
  readonly category: string;
  readonly sort_order: number;
  readonly skin_variations?: Readonly<Record<string, Drawn>>;
}

/** Code points that change who is drawn, not what: presentation, skin tones, joiner, genders, direction, and man, woman, person. */
const VERSIONS = new Set('FE0F 1F3FB 1F3FC 1F3FD 1F3FE 1F3FF 200D 2640 2642 27A1 1F468 1F469 1F9D1'.split(' '));
const [ADULTS, CHILDREN] = ['adults', 'children'];

/** What an emoji shows, whoever is drawn: a woman and a man who juggle give the same text. */
function motif({ category, unified }: Emoji): string {
  const rest = unified.split('-').filter((point) => !VERSIONS.has(point));
  if (category !== 'People & Body') return `${category} ${rest.join('-')}`;
  const isFamily = rest.length > 0 && rest.every((point) => ['1F466', '1F467', '1F9D2'].includes(point));
  return `${category} ${rest.length === 0 ? ADULTS : isFamily ? CHILDREN : rest.join('-')}`;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('make-sheet.ts needs the folder of the npm package emoji-datasource-twitter.\n');
  process.exit(2);
}
const here = fileURLToPath(new URL('.', import.meta.url));
const all = JSON.parse(readFileSync(join(folder, 'emoji.json'), 'utf8')) as Emoji[];
// five squares of skin colours have the category Component
const emoji = all.filter(({ category }) => category !== 'Component').sort((a, b) => a.sort_order - b.sort_order);
const categories = [...new Set(emoji.map(({ category }) => category))].sort();
const motifs = [...new Set(emoji.map(motif))];
const rows = emoji.map((one) => {
  const cells = [one, ...Object.values(one.skin_variations ?? {})].map(({ sheet_x: x, sheet_y: y }) => [x, y]);
  return JSON.stringify([one.name.toLowerCase(), categories.indexOf(one.category), motifs.indexOf(motif(one)), cells]);
});
const head = `"categories": ${JSON.stringify(categories)},\n"fields": ["name", "category", "motif", "cells of each skin tone"]`;
writeFileSync(join(here, 'drawings.json'), `{\n${head},\n"drawings": [\n${rows.join(',\n')}\n]\n}\n`);
copyFileSync(join(folder, 'img/twitter/sheets-256/32.png'), join(here, 'sheet.png'));
console.log(`${emoji.length} drawings of ${motifs.length} motifs in ${categories.length} categories`);
