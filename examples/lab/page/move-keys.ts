import type { Point } from '../experiment/points.js';

/** How far an arrow key moves what it moves in a plane. */
const STEP = 0.1;

/** The arrow keys, and where they move. */
export const moveKeys: Readonly<Record<string, Point | undefined>> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};
