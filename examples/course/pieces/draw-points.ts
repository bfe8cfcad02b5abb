import type { Point } from './moons.js';

/** The plane from -2.2 to 2.2 in both directions. */
const [SIZE, REACH] = [320, 2.2];

/** Draws two sets of points: the data in grey, yours in red. */
export function drawPoints(yours: readonly Point[], data: readonly Point[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" width="${SIZE}" role="img">`,
    '<title>The data in grey, yours in red</title>',
    dots(data, 'stroke="#888" stroke-width="3"'),
    dots(yours.slice(0, 800), 'stroke="#c22" stroke-width="2"'),
    '</svg>',
  ].join('');
}

/** One path with a dot for each point that is inside. */
function dots(points: readonly Point[], style: string): string {
  const at = (value: number): string => ((SIZE / 2) * (1 + value / REACH)).toFixed(1);
  const inside = points.filter((point) => point.every((value) => Math.abs(value) < REACH));
  return `<path d="${inside.map(([x, y]) => `M${at(x)} ${at(-y)}h0`).join('')}" fill="none" stroke-linecap="round" ${style}/>`;
}
