/** A point of the plane, which reaches from -2.5 to 2.5 in both directions. */
export type Point = readonly [x: number, y: number];

/** The plane reaches from -REACH to REACH. */
export const REACH = 2.5;
/** The largest number of points that fit into a link. */
export const MAX_DRAWN = 300;

/** A coordinate is a whole number of these, so that points survive a link and a program unchanged. */
const PER_UNIT = 800;
const HALF = 2_048;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** The nearest point that a link can hold. */
export function snapped([x, y]: Point): Point {
  return [levelOf(x) / PER_UNIT, levelOf(y) / PER_UNIT];
}

/** Four letters for each point. */
export function writePoints(points: readonly Point[]): string {
  return points
    .flat()
    .map((value) => {
      const level = levelOf(value) + HALF;
      return DIGITS[level >> 6]! + DIGITS[level & 63]!;
    })
    .join('');
}

/** The points of a text, or undefined if it is none of `writePoints`. */
export function readPoints(text: string): Point[] | undefined {
  if (text.length % 4 !== 0 || text.length > 4 * MAX_DRAWN) return undefined;
  const digits = [...text].map((letter) => DIGITS.indexOf(letter));
  if (digits.includes(-1)) return undefined;
  const value = (i: number): number => (digits[i]! * 64 + digits[i + 1]! - HALF) / PER_UNIT;
  return Array.from({ length: text.length / 4 }, (_, i) => [value(4 * i), value(4 * i + 2)] as const);
}

function levelOf(value: number): number {
  // + 0: there is no -0 in a link
  return Math.max(-HALF, Math.min(HALF - 1, Math.round(value * PER_UNIT) + 0));
}
