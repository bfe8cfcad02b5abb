import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const FOLDER = 'docs/images';
const inFolder = (folder: string) => readdirSync(folder).filter((file) => /\.(png|svg)$/.test(file));
const drawings = inFolder(FOLDER).filter((file) => file.endsWith('.svg'));
const sheets = inFolder(`${FOLDER}/sheets`).map((file) => file.replace('.png', '.svg'));
const pages = ['README.md', ...readdirSync('docs').flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : []))];
const text = pages.map((page) => readFileSync(page, 'utf8')).join('\n');

describe('the pictures of the guides', () => {
  it.each(inFolder(FOLDER))('%s is shown by a guide', (file) => {
    expect(text).toContain(`images/${file})`);
  });

  it('are bitmaps only where they are screens, or samples without rows to name', () => {
    const bitmaps = inFolder(FOLDER).filter((file) => file.endsWith('.png'));
    expect(bitmaps.filter((file) => !/^lab-/.test(file))).toEqual(['gan-images.png']);
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
