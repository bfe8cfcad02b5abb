import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readPng } from '../../../src/node/index.js';
import { maxClassesOf } from '../experiment/classes.js';
import { pictureShapeOf, type PictureSet, type Pictures } from '../experiment/pictures.js';
import { cutSheet, everyCell } from '../training/pictures/cut-sheet.js';
import { emojiCells, type Drawings } from '../training/pictures/emoji-cells.js';

const at = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Loads a set of pictures as the lab's worker does, from files. */
export async function loadPictures(set: PictureSet): Promise<Pictures> {
  const shape = pictureShapeOf(set);
  if (set === 'clothes') {
    const sheet = await readPng(at('lab/data/clothes.png'), { channels: 1 });
    return cutSheet(sheet, everyCell(sheet, shape, maxClassesOf(set)), shape);
  }
  const sheet = await readPng(at('data/emoji/sheet.png'), { channels: 3 });
  const drawings = JSON.parse(readFileSync(at('data/emoji/drawings.json'), 'utf8')) as Drawings;
  return cutSheet(sheet, emojiCells(drawings, set as 'emoji'), shape);
}
