import { classesInTurn } from './classes-in-turn.js';
import type { Cells } from './cut-sheet.js';

/** The part of drawings.json that is needed: of each drawing the name, the category, the motif, and the cell of each skin tone. */
export interface Drawings {
  readonly categories: readonly string[];
  readonly drawings: readonly (readonly [string, number, number, readonly (readonly [number, number])[]])[];
}

/** The one category that is learned without classes: faces, most of them, so that minutes are enough. */
const CATEGORY = 'Smileys & Emotion';

/** Where the emoji that are learned are on their sheet, and of which category each is: those of one category, or all, which take turns. */
export function emojiCells({ categories, drawings }: Drawings, set: 'emoji' | 'kinds'): Cells {
  if (set === 'emoji') {
    const own = drawings.filter(([, category]) => categories[category] === CATEGORY);
    return { border: 1, at: own.map(([, , , [cell]]) => cell!) };
  }
  const labels = Uint8Array.from(drawings, ([, category]) => category);
  const order = classesInTurn([...drawings.keys()], labels);
  return {
    border: 1,
    at: order.map((i) => drawings[i]![3][0]!),
    labels: Uint8Array.from(order, (i) => labels[i]!),
  };
}
