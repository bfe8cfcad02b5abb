// Two moons in a secret frame: turned, mirrored, scaled and moved, so that an answer that knows two moons does not know these.
import type { NumberStream } from 'tfjs-generative/testing';

/** A point of the plane. */
export type Point = readonly [number, number];

/** How the plane was turned, scaled and moved, and how the two moons lie in it. */
export interface Frame {
  readonly turn: number;
  readonly mirror: 1 | -1;
  readonly scale: number;
  readonly move: Point;
  /** The radius of the second moon; that of the first is 1. */
  readonly radius: number;
  /** The share of points on the first moon. */
  readonly share: number;
}

/** Standard deviation around the moons. */
const NOISE = 0.08;

/** Draws a frame. Data keep a standard deviation of about 1. */
export function drawFrame(random: NumberStream): Frame {
  const [turn, mirror, scale, x, y, radius, share] = random.uniform([7]) as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return {
    turn: 2 * Math.PI * turn,
    mirror: mirror < 0.5 ? 1 : -1,
    scale: 1.1 + 0.3 * scale,
    move: [0.6 * x - 0.3, 0.6 * y - 0.3],
    radius: 0.7 + 0.5 * radius,
    share: 0.35 + 0.3 * share,
  };
}

/** Draws points of two moons. */
export function moons(count: number, random: NumberStream, frame: Frame): Point[] {
  const [angles, sides, noise] = [random.uniform([count]), random.uniform([count]), random.normal([count, 2])];
  return angles.map((u, i) => {
    const isUpper = sides[i]! < frame.share;
    const [angle, radius] = [Math.PI * u, isUpper ? 1 : frame.radius];
    const [x, y] = isUpper
      ? [Math.cos(angle) - 0.5, Math.sin(angle) - 0.25]
      : [0.5 - radius * Math.cos(angle), 0.25 - radius * Math.sin(angle)];
    return into(frame, [x + NOISE * noise[i]![0]!, y + NOISE * noise[i]![1]!]);
  });
}

function into({ turn, mirror, scale, move }: Frame, [x, y]: Point): Point {
  const [c, s] = [scale * Math.cos(turn), scale * Math.sin(turn)];
  return [c * mirror * x - s * y + move[0], s * mirror * x + c * y + move[1]];
}

/** Points as they lie without the frame's turn, scale and move: what is shown of a secret frame. */
export function outOf({ turn, mirror, scale, move }: Frame, points: readonly Point[]): Point[] {
  const [c, s] = [Math.cos(turn) / scale, Math.sin(turn) / scale];
  return points.map(([x, y]) => {
    const [a, b] = [x - move[0], y - move[1]];
    return [mirror * (c * a + s * b), c * b - s * a];
  });
}

/** Points of a Gaussian that has the mean and the covariance of others. */
export function gaussianLike(points: readonly Point[], count: number, random: NumberStream): Point[] {
  const meanOf = (f: (point: Point) => number): number =>
    points.reduce((sum, point) => sum + f(point), 0) / points.length;
  const [mx, my] = [meanOf(([x]) => x), meanOf(([, y]) => y)];
  const [xx, xy, yy] = [
    meanOf(([x]) => (x - mx) ** 2),
    meanOf(([x, y]) => (x - mx) * (y - my)),
    meanOf(([, y]) => (y - my) ** 2),
  ];
  const [a, b] = [Math.sqrt(xx), xy / Math.sqrt(xx)];
  const c = Math.sqrt(yy - b * b);
  return random.normal([count, 2]).map(([u, v]) => [mx + a * u!, my + b * u! + c * v!] as const);
}
