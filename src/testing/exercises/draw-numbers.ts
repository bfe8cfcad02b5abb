import type { Named } from './reference.js';

const WIDTH = 360;
const HEIGHT = 180;
const MARGIN = 12;

/** Draws the numbers of each output as two curves: the target wide and grey, the answer narrow and red on top of it. */
export function drawNumbers(yours: Named, target: Named): string {
  const names = Object.keys(target);
  const finite = names.flatMap((name) => [...yours[name]!.values, ...target[name]!.values]).filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const y = (value: number): number => HEIGHT - MARGIN - ((value - low) / (high - low || 1)) * (HEIGHT - 2 * MARGIN);
  const curve = (values: readonly number[], style: string): string => {
    const x = (i: number): number => MARGIN + (i / Math.max(1, values.length - 1)) * (WIDTH - 2 * MARGIN);
    const points = values.flatMap((value, i) =>
      Number.isFinite(value) ? [`${x(i).toFixed(1)},${y(value).toFixed(1)}`] : [],
    );
    return `<polyline points="${points.join(' ')}" fill="none" ${style}/>`;
  };
  // a curve's name stands where the curve is farthest from the others
  const label = (name: string): string => {
    const { values } = target[name]!;
    const others = names.filter((other) => other !== name).map((other) => target[other]!.values);
    const distances = values.map((value, i) => Math.min(...others.map((other) => Math.abs((other[i] ?? NaN) - value))));
    const at = Math.max(0, distances.indexOf(Math.max(...distances.filter(Number.isFinite))));
    const x = MARGIN + (at / Math.max(1, values.length - 1)) * (WIDTH - 2 * MARGIN);
    const anchor = x < WIDTH / 3 ? 'start' : x > (2 * WIDTH) / 3 ? 'end' : 'middle';
    const above = y(values[at]!) < HEIGHT / 2 ? 14 : -6;
    return `<text x="${x.toFixed(1)}" y="${(y(values[at]!) + above).toFixed(1)}" text-anchor="${anchor}" font-size="11" fill="#888">${name}</text>`;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    '<title>The target in grey, yours in red</title>',
    `<line x1="${MARGIN}" x2="${WIDTH - MARGIN}" y1="${y(0).toFixed(1)}" y2="${y(0).toFixed(1)}" stroke="#888" stroke-dasharray="2 3"/>`,
    ...names.map((name) => curve(target[name]!.values, 'stroke="#888" stroke-opacity="0.5" stroke-width="6"')),
    ...names.map((name) => curve(yours[name]!.values, 'stroke="#c22" stroke-width="2"')),
    ...(names.length > 1 ? names.map(label) : []),
    '</svg>',
  ].join('');
}
