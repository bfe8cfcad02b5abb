import type { ExerciseOutputs } from 'tfjs-generative/testing';

/** Matrices by name, such as the weights of a network. */
type Weights = Readonly<Record<string, readonly (readonly number[])[]>>;

/** Width and height of a panel, which has its name and its scale below. */
const SIZE = 150;
const BELOW = 34;

/** Draws how far weights moved, two by two in the plane: the target as wide grey arrows from the old weights, yours as narrow red ones. */
export function drawSteps(yours: ExerciseOutputs, target: ExerciseOutputs, before: Weights): string {
  const panels = Object.entries(target as Weights).flatMap(([name, weights]) => {
    const steps = (after: Weights): number[] => after[name]!.flat().map((value, i) => value - before[name]!.flat()[i]!);
    const [mine, right] = [steps(yours as Weights), steps(target as Weights)];
    return Array.from({ length: weights.flat().length / 2 }, (_, i) => {
      const pair = (all: readonly number[]): readonly [number, number] => [all[2 * i]!, all[2 * i + 1]!];
      return { name: `${name}: ${2 * i + 1} →, ${2 * i + 2} ↑`, yours: pair(mine), target: pair(right) };
    });
  });
  const longest = Math.max(...panels.map((panel) => Math.hypot(...panel.target)));
  // the longest target step takes two thirds of half an axis
  const reach = (longest * (SIZE / 2 - 8)) / (0.35 * SIZE);
  // a wrong step may be a hundred times too long
  const isLonger = ([x, y]: readonly [number, number]): boolean => Math.hypot(x, y) > 1.35 * longest;
  const scaleOf = (step: readonly [number, number]): string =>
    isLonger(step) ? `±${shortNumber(reach)}, yours is shortened` : `axes to ±${shortNumber(reach)}`;
  const arrow = ([x, y]: readonly [number, number], style: string): string => {
    const scale = (0.35 * SIZE) / (isLonger([x, y]) ? Math.hypot(x, y) / 1.35 : longest);
    return `<path d="M0 0L${(scale * x).toFixed(1)} ${(-scale * y).toFixed(1)}" stroke-linecap="round" ${style}/>`;
  };
  const text = (words: string, y: number): string =>
    `<text y="${y}" text-anchor="middle" font-size="11" fill="#767676">${words}</text>`;
  const half = SIZE / 2;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE * panels.length} ${SIZE + BELOW}" role="img">`,
    '<title>The steps of the weights: the target in grey, yours in red</title>',
    ...panels.map((panel, i) =>
      [
        `<g transform="translate(${SIZE * (i + 0.5)} ${half})">`,
        // the axes: the first of two weights to the right, the second one upwards
        `<path d="M${8 - half} 0H${half - 8}M0 ${8 - half}V${half - 8}" stroke="#888" stroke-opacity="0.6"/>`,
        text(panel.name, half + 10),
        text(scaleOf(panel.yours), half + 25),
        arrow(panel.target, 'stroke="#888" stroke-opacity="0.5" stroke-width="7"'),
        arrow(panel.yours, 'stroke="#c22" stroke-width="2"'),
        '<circle r="3" fill="#888"/></g>',
      ].join(''),
    ),
    '</svg>',
  ].join('');
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(2)));
}
