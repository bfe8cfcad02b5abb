import type { Point } from './moons.js';

/** The plane from -2.2 to 2.2 in both directions. */
const [SIZE, REACH] = [320, 2.2];
/** Room for the numbers at the axes, to the left and below. */
const MARGIN = 28;
const ticks = [-2, -1, 0, 1, 2];

/** Draws two sets of points: the data in grey, yours in red. */
export function drawPoints(yours: readonly Point[], data: readonly Point[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${-MARGIN} 0 ${SIZE + MARGIN} ${SIZE + MARGIN}" width="${SIZE + MARGIN}" role="img">`,
    '<title>The data in grey, yours in red</title>',
    `<path d="M0 0V${SIZE}H${SIZE}" fill="none" stroke="#888"/>`,
    ...ticks.flatMap((tick) => [
      text(tick, `x="${at(tick)}" y="${SIZE + 16}" text-anchor="middle"`),
      text(tick, `x="-6" y="${Number(at(-tick)) + 4}" text-anchor="end"`),
    ]),
    `<text x="${SIZE}" y="${SIZE + 16}" text-anchor="end" font-size="11" fill="#767676">x</text>`,
    `<text x="4" y="10" font-size="11" fill="#767676">y</text>`,
    dots(data, 'stroke="#888" stroke-width="3"'),
    dots(yours.slice(0, 800), 'stroke="#c22" stroke-width="2"'),
    '</svg>',
  ].join('');
}

function at(value: number): string {
  return ((SIZE / 2) * (1 + value / REACH)).toFixed(1);
}

function text(tick: number, place: string): string {
  return `<text ${place} font-size="11" fill="#767676">${String(tick).replace('-', '−')}</text>`;
}

/** One path with a dot for each point that is inside. */
function dots(points: readonly Point[], style: string): string {
  const inside = points.filter((point) => point.every((value) => Math.abs(value) < REACH));
  return `<path d="${inside.map(([x, y]) => `M${at(x)} ${at(-y)}h0`).join('')}" fill="none" stroke-linecap="round" ${style}/>`;
}
