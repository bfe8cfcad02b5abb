/// <reference types="vite/client" />
import { imagesFrom } from 'tfjs-generative/browser';
import drawings from '../../../data/emoji/drawings.json?url';
import emoji from '../../../data/emoji/sheet.png?url';
import clothes from '../../data/clothes.png?url';
import { maxClassesOf } from '../../experiment/classes.js';
import { pictureShapeOf, type PictureSet, type Pictures } from '../../experiment/pictures.js';
import { cutSheet, everyCell } from './cut-sheet.js';
import { emojiCells, type Drawings } from './emoji-cells.js';

const loaded = new Map<PictureSet, Promise<Pictures>>();

/** Loads a set of pictures, once, from where the lab itself comes from. */
export function loadPictures(set: PictureSet): Promise<Pictures> {
  const known = loaded.get(set) ?? load(set);
  loaded.set(set, known);
  // what failed is tried again when it is chosen again
  known.catch(() => loaded.delete(set));
  return known;
}

async function load(set: PictureSet): Promise<Pictures> {
  const shape = pictureShapeOf(set);
  if (set === 'own') throw new Error('Your pictures are no longer here: choose them again.');
  if (set === 'clothes') {
    const sheet = await imagesFrom([await (await fetched(clothes)).blob()], { channels: 1 });
    return cutSheet(sheet, everyCell(sheet, shape, maxClassesOf(set)), shape);
  }
  const [sheet, list] = await Promise.all([fetched(emoji), fetched(drawings)]);
  const image = await imagesFrom([await sheet.blob()], { channels: 3 });
  return cutSheet(image, emojiCells((await list.json()) as Drawings, set), shape);
}

async function fetched(address: string): Promise<Response> {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`The pictures are not there: ${address} has status ${response.status}.`);
  return response;
}
