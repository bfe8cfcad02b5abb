import type { Point } from '../../pieces/moons.js';

/** A run's curves by name, and samples of its end. */
export interface Run {
  readonly curves: Readonly<Record<string, readonly number[]>>;
  readonly samples: readonly Point[];
}

const [WIDTH, HEIGHT, LEFT, TOP] = [300, 220, 52, 34];
const [SIZE, REACH] = [220, 3];
const COLOURS = ['#c22', '#27c'];

/** Draws the curves over the steps on the left, and on the right the samples over the data. */
export function drawRun({ curves, samples }: Run, data: readonly Point[], every: number): string {
  const all = Object.values(curves).flat();
  const high = Math.max(...all);
  const low = Math.min(0, ...all);
  const steps = Math.max(...Object.values(curves).map((values) => values.length - 1));
  const x = (i: number): number => LEFT + (i / steps) * WIDTH;
  const y = (value: number): number => TOP + (1 - (value - low) / (high - low)) * HEIGHT;
  const text = (at: string, words: string, style = ''): string => `<text ${at} font-size="12" ${style}>${words}</text>`;
  const lines = Object.entries(curves).map(([name, values], i) => {
    const path = values.map((value, j) => `${j === 0 ? 'M' : 'L'}${x(j).toFixed(1)} ${y(value).toFixed(1)}`).join('');
    const label = text(`x="${LEFT + 170 * i}" y="14"`, name, `fill="${COLOURS[i]!}"`);
    return `${label}<path d="${path}" fill="none" stroke="${COLOURS[i]!}"/>`;
  });
  const ticks = [low, (low + high) / 2, high].map((value) =>
    text(`x="${LEFT - 6}" y="${(y(value) + 4).toFixed(1)}"`, value.toFixed(2), 'fill="#777" text-anchor="end"'),
  );
  const right = LEFT + WIDTH + 40;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${right + SIZE} ${TOP + HEIGHT + 24}" role="img">`,
    '<title>Curves of a training, and its samples in red over the data in grey</title>',
    `<path d="M${LEFT} ${TOP}V${TOP + HEIGHT}H${LEFT + WIDTH}" fill="none" stroke="#999"/>`,
    ...ticks,
    text(`x="${LEFT}" y="${TOP + HEIGHT + 18}"`, '0', 'fill="#777"'),
    text(`x="${LEFT + WIDTH}" y="${TOP + HEIGHT + 18}"`, `step ${steps * every}`, 'fill="#777" text-anchor="end"'),
    ...lines,
    text(`x="${right}" y="14"`, 'samples over data', 'fill="#777"'),
    ...axesOfPlane(right),
    dots(data, right, 'stroke="#aaa" stroke-width="3"'),
    dots(samples.filter(isInside), right, 'stroke="#c22" stroke-width="2.5"'),
    // a few hundred may lie on each other there
    dots(
      samples.filter((point) => !isInside(point)),
      right,
      'stroke="#c22" stroke-width="6"',
    ),
    '</svg>',
  ].join('');
}

/** The axes of the plane on the right, with numbers and names. */
function axesOfPlane(left: number): string[] {
  const [bottom, end] = [TOP + SIZE, left + SIZE];
  const write = (words: string, x: number, y: number, anchor: string): string =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" font-size="12" fill="#777" text-anchor="${anchor}">${words}</text>`;
  const ticks = [-2, 0, 2].flatMap((tick) => {
    const [words, place] = [String(tick).replace('-', '−'), at(tick)];
    return [write(words, left + place, bottom + 18, 'middle'), write(words, left - 6, bottom - place + 4, 'end')];
  });
  return [
    `<path d="M${left} ${TOP}V${bottom}H${end}" fill="none" stroke="#999"/>`,
    ...ticks,
    write('x', end, bottom + 18, 'end'),
    write('y', left - 6, TOP + 4, 'end'),
  ];
}

/** Where a coordinate lies in the panel of the plane; those outside lie on the border. */
function at(value: number): number {
  return (SIZE / 2) * (1 + Math.max(-1, Math.min(1, value / REACH)));
}

const isInside = (point: Point): boolean => point.every((value) => Math.abs(value) < REACH);

/** One path with a dot for each point. */
function dots(points: readonly Point[], left: number, style: string): string {
  const path = points.map(([x, y]) => `M${(left + at(x)).toFixed(0)} ${(TOP + at(-y)).toFixed(0)}h0`).join('');
  return `<path d="${path}" fill="none" stroke-linecap="round" ${style}/>`;
}
