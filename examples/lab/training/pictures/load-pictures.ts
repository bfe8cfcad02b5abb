/// <reference types="vite/client" />
import { imagesFrom } from 'tfjs-generative/browser';
import clothes from '../../data/clothes.png?url';
import { pictureShapeOf, type PictureSet, type Pictures } from '../../experiment/pictures.js';
import { cutSheet, everyCell } from './cut-sheet.js';

/** Loads a set of pictures from where the lab itself comes from. */
export async function loadPictures(set: PictureSet): Promise<Pictures> {
  const shape = pictureShapeOf(set);
  const response = await fetch(clothes);
  if (!response.ok) throw new Error(`${clothes} is not there (status ${response.status}).`);
  const sheet = await imagesFrom([await response.blob()], { channels: 1 });
  return cutSheet(sheet, everyCell(sheet, shape), shape);
}
