import type { ExerciseOutputs } from 'tfjs-generative/testing';

/** Matrices by name, such as the weights of a network. */
type Weights = Readonly<Record<string, readonly (readonly number[])[]>>;

/** Width and height of a panel. */
const SIZE = 120;

/** Draws how far weights moved, two by two in the plane: the target as wide grey arrows from the old weights, yours as narrow red ones. */
export function drawSteps(yours: ExerciseOutputs, target: ExerciseOutputs, before: Weights): string {
  const panels = Object.entries(target as Weights).flatMap(([name, weights]) => {
    const steps = (after: Weights): number[] => after[name]!.flat().map((value, i) => value - before[name]!.flat()[i]!);
    const [mine, right] = [steps(yours as Weights), steps(target as Weights)];
    return Array.from({ length: weights.flat().length / 2 }, (_, i) => {
      const pair = (all: readonly number[]): readonly [number, number] => [all[2 * i]!, all[2 * i + 1]!];
      return { name, yours: pair(mine), target: pair(right) };
    });
  });
  const longest = Math.max(...panels.map((panel) => Math.hypot(...panel.target)));
  const arrow = ([x, y]: readonly [number, number], style: string): string => {
    // a wrong step may be a hundred times too long
    const scale = (0.35 * SIZE) / Math.max(longest, Math.hypot(x, y) / 1.35);
    return `<path d="M0 0L${(scale * x).toFixed(1)} ${(-scale * y).toFixed(1)}" stroke-linecap="round" ${style}/>`;
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE * panels.length} ${SIZE}" role="img">`,
    '<title>The steps of the weights: the target in grey, yours in red</title>',
    ...panels.map((panel, i) =>
      [
        `<g transform="translate(${SIZE * (i + 0.5)} ${SIZE / 2})">`,
        `<text x="${-SIZE / 2 + 4}" y="${SIZE / 2 - 5}" font-size="11" fill="#888">${panel.name}</text>`,
        arrow(panel.target, 'stroke="#888" stroke-opacity="0.5" stroke-width="7"'),
        arrow(panel.yours, 'stroke="#c22" stroke-width="2"'),
        '<circle r="3" fill="#888"/></g>',
      ].join(''),
    ),
    '</svg>',
  ].join('');
}
