// Writes math.css, the style of formulas with their font: STIX Two Math with only the characters of the site's formulas, and with its tables for mathematics. The
// font is part of the style sheet, which a page loads before it shows anything, and a page without formulas loads neither.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import subsetFont from 'subset-font';

const PACKAGE = dirname(fileURLToPath(import.meta.resolve('@fontsource/stix-two-math/package.json')));

/** Writes the style sheet into the folder of a site, after its pages. */
export async function writeMathFont(site: string): Promise<void> {
  const font = await readFile(`${PACKAGE}/files/stix-two-math-latin-400-normal.woff2`);
  const small = await subsetFont(font, [...(await charactersOf(site))].join(''), { targetFormat: 'woff2' });
  const license = await readFile(`${PACKAGE}/LICENSE`, 'utf8');
  const sheet = `/* A part of STIX Two Math. ${license.split('\n')[0]}. SIL Open Font License 1.1, in math-license.txt. */
@font-face {
  font-family: 'STIX Two Math';
  src: url('data:font/woff2;base64,${small.toString('base64')}') format('woff2');
  /* a formula never moves: it keeps the font that it was first shown with */
  font-display: optional;
}
math {
  font-family: 'STIX Two Math', math, serif;
  /* its letters are smaller than those of most text fonts */
  font-size: 1.08em;
  /* otherwise Firefox takes the dots from i and j */
  font-feature-settings: 'dtls' off;
}
`;
  await writeFile(`${site}/math.css`, sheet);
  await writeFile(`${site}/math-license.txt`, license);
}

/** The characters of the formulas in pages and scripts, each letter also in italics, as browsers show a single one. */
async function charactersOf(site: string): Promise<Set<string>> {
  // those that scripts might write as escapes, and what a browser draws itself
  const characters = new Set(' 0123456789()[]{}|+=,.√−′‾');
  const files = (await readdir(site, { recursive: true })).filter((file) => /\.(html|js)$/.test(file));
  for (const file of files) {
    for (const [formula] of (await readFile(join(site, file), 'utf8')).matchAll(/<math[\s\S]*?<\/math>/g)) {
      for (const character of formula.replaceAll(/<[^>]*>/g, '')) {
        characters.add(character);
        characters.add(italic(character));
      }
    }
  }
  return characters;
}

/** A letter in mathematical italics, any other character unchanged. */
function italic(character: string): string {
  if (character === 'h') return 'ℎ'; // the code of Planck's constant
  for (const [first, last, to] of [
    ['A', 'Z', 0x1d434],
    ['a', 'z', 0x1d44e],
    ['Α', 'Ω', 0x1d6e2],
    ['α', 'ω', 0x1d6fc],
  ] as const)
    if (character >= first && character <= last)
      return String.fromCodePoint(to + character.codePointAt(0)! - first.codePointAt(0)!);
  const variant = [...'∂ϵϑϰϕϱϖ'].indexOf(character);
  return variant < 0 ? character : String.fromCodePoint(0x1d715 + variant);
}
