import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { pages } from './pages.js';

const FOLDER = 'docs/images';
const inFolder = (folder: string) => readdirSync(folder).filter((file) => /\.(gif|png|svg)$/.test(file));
const drawings = inFolder(FOLDER).filter((file) => file.endsWith('.svg'));
const sheets = inFolder(`${FOLDER}/sheets`).map((file) => file.replace('.png', '.svg'));
const films = inFolder(FOLDER).filter(
  (file, _, all) => !file.endsWith('.svg') && all.includes(file.replace('.png', '.gif')),
);
const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');

describe('the pictures of the guides', () => {
  it.each(inFolder(FOLDER))('%s is shown by a guide', (file) => {
    expect([')', '"'].some((end) => text.includes(`images/${file}${end}`))).toBe(true);
  });

  it('are bitmaps only where they are screens, or samples without rows to name', () => {
    const bitmaps = inFolder(FOLDER).filter((file) => /\.(gif|png)$/.test(file));
    expect(bitmaps.filter((file) => !/^lab-/.test(file))).toEqual([...films, 'gan-images.png'].sort());
  });

  it.each(films.filter((file) => file.endsWith('.gif')))('%s stands still for those who prefer less motion', (file) => {
    const still = file.replace('.gif', '.png');
    expect(text).toMatch(
      new RegExp(
        `<source media="\\(prefers-reduced-motion: reduce\\)" srcset="[^"]*${still}" />\\s*<img src="[^"]*${file}"`,
      ),
    );
  });

  it.each(drawings)('%s is for light and dark, and has no number that is missing', (file) => {
    const svg = readFileSync(`${FOLDER}/${file}`, 'utf8');
    expect(svg).toContain('@media (prefers-color-scheme: dark)');
    const drawn = svg.replaceAll(/base64,[^"]*/g, '');
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
    expect(drawn.match(/<text[^>]*>[^<]/g)!.length, 'words in the picture').toBeGreaterThan(2);
  });

  it.each(sheets)('%s has the names of its rows next to the samples', (file) => {
    const svg = readFileSync(`${FOLDER}/${file}`, 'utf8');
    expect(svg).toContain('image-rendering: pixelated');
    const [, width, height, source] = /<image [^>]*width="(\d+)" height="(\d+)"[^>]*base64,([^"]*)"/.exec(svg)!;
    const png = Buffer.from(source!, 'base64');
    const scale = Number(width) / png.readUInt32BE(16);
    expect([scale, Number(height) / png.readUInt32BE(20)], 'whole pixels').toEqual([Math.round(scale), scale]);
  });
});
