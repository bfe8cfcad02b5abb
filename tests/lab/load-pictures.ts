import { fileURLToPath } from 'node:url';
import { readPng } from '../../src/node/index.js';
import { pictureShapeOf, type PictureSet, type Pictures } from '../../examples/lab/experiment/pictures.js';
import { cutSheet, everyCell } from '../../examples/lab/training/pictures/cut-sheet.js';

/** Loads a set of pictures as the lab's worker does, from files. */
export async function loadPictures(set: PictureSet): Promise<Pictures> {
  const path = fileURLToPath(new URL('../../examples/lab/data/clothes.png', import.meta.url));
  const sheet = await readPng(path, { channels: 1 });
  const shape = pictureShapeOf(set);
  return cutSheet(sheet, everyCell(sheet, shape), shape);
}
