import type { Named } from './reference.js';

const WIDTH = 360;
const HEIGHT = 210;
/** Room for the numbers at the axes and their names. */
const [LEFT, RIGHT, TOP, BOTTOM] = [48, 14, 24, 36];

/** What a curve runs over. */
export interface Axis {
  readonly name: string;
  /** Rising or falling, one for each number of an output. */
  readonly values: readonly number[];
}

/**
 * Draws the numbers of each output as two curves over an axis: the target wide and grey, the answer narrow and red on top of it. `title` is
 * the name of the other axis.
 */
export function drawNumbers(yours: Named, target: Named, title: string, axis: Axis | undefined): string {
  const names = Object.keys(target);
  const finite = names.flatMap((name) => [...yours[name]!.values, ...target[name]!.values]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const [bottom, right] = [HEIGHT - BOTTOM, WIDTH - RIGHT];
  const y = (value: number): number => bottom - ((value - low) / (high - low || 1)) * (bottom - TOP);
  const x = (i: number, { length }: readonly number[]): number => {
    const values = axis?.values ?? [0, length - 1 || 1];
    const [first, last] = [values[0]!, values.at(-1)!];
    return LEFT + (((axis?.values[i] ?? i) - first) / (last - first)) * (right - LEFT);
  };
  const curve = (values: readonly number[], style: string): string => {
    const points = values.flatMap((value, i) =>
      Number.isFinite(value) ? [`${x(i, values).toFixed(1)},${y(value).toFixed(1)}`] : [],
    );
    return `<polyline points="${points.join(' ')}" fill="none" ${style}/>`;
  };
  const write = (text: string, at: readonly [x: number, y: number], anchor: 'start' | 'middle' | 'end'): string =>
    `<text x="${at[0].toFixed(1)}" y="${at[1].toFixed(1)}" text-anchor="${anchor}" font-size="11" fill="#767676">${text}</text>`;
  // a curve's name stands where the curve is farthest from the others
  const label = (name: string): string => {
    const { values } = target[name]!;
    const others = names.filter((other) => other !== name).map((other) => target[other]!.values);
    const distances = values.map((value, i) => Math.min(...others.map((other) => Math.abs((other[i] ?? NaN) - value))));
    const at = Math.max(0, distances.indexOf(Math.max(...distances.filter(Number.isFinite))));
    const place = x(at, values);
    const anchor = place < WIDTH / 3 ? 'start' : place > (2 * WIDTH) / 3 ? 'end' : 'middle';
    const above = y(values[at]!) < HEIGHT / 2 ? 14 : -6;
    return write(name, [place + (anchor === 'start' ? 4 : 0), y(values[at]!) + above], anchor);
  };
  // zero, and the ends unless they are so close to it that their numbers would overlap
  const heights = [low, high].filter((value) => value === 0 || Math.abs(y(value) - y(0)) > 12);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    '<title>The target in grey, yours in red</title>',
    `<path d="M${LEFT} ${TOP}V${bottom}H${right}" fill="none" stroke="#888"/>`,
    `<line x1="${LEFT}" x2="${right}" y1="${y(0).toFixed(1)}" y2="${y(0).toFixed(1)}" stroke="#888" stroke-dasharray="2 3"/>`,
    ...[...new Set([0, ...heights])].map((value) => write(shortNumber(value), [LEFT - 5, y(value) + 4], 'end')),
    write(title, [4, 12], 'start'),
    ...(axis === undefined ? [] : writeAxis(axis, write)),
    ...names.map((name) => curve(target[name]!.values, 'stroke="#888" stroke-opacity="0.5" stroke-width="6"')),
    ...names.map((name) => curve(yours[name]!.values, 'stroke="#c22" stroke-width="2"')),
    ...(names.length > 1 ? names.map(label) : []),
    '</svg>',
  ].join('');
}

type Write = (text: string, at: readonly [x: number, y: number], anchor: 'start' | 'middle' | 'end') => string;

/** The name of the lower axis between the numbers at its ends. */
function writeAxis({ name, values }: Axis, write: Write): string[] {
  const height = HEIGHT - BOTTOM + 15;
  return [
    write(shortNumber(values[0]!), [LEFT, height], 'start'),
    write(name, [(LEFT + WIDTH - RIGHT) / 2, height], 'middle'),
    write(shortNumber(values.at(-1)!), [WIDTH - RIGHT, height], 'end'),
  ];
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(3))).replace('-', '−');
}
