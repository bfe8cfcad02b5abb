import type { Cells } from './cut-sheet.js';

/** The part of drawings.json that is needed: of each drawing the name, the category, the motif, and the cell of each skin tone. */
export interface Drawings {
  readonly categories: readonly string[];
  readonly drawings: readonly (readonly [string, number, number, readonly (readonly [number, number])[]])[];
}

/** The category that is learned: faces, most of them, so that a minute is enough. */
const CATEGORY = 'Smileys & Emotion';

/** Where the emoji that are learned are on their sheet. */
export function emojiCells({ categories, drawings }: Drawings): Cells {
  const own = drawings.filter(([, category]) => categories[category] === CATEGORY);
  return { border: 1, at: own.map(([, , , [cell]]) => cell!) };
}
