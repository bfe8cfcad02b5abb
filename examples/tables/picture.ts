import * as Plot from '@observablehq/plot';
import type { TableDescription } from 'tfjs-generative/tables';
import { card, words } from '../shared/figures/card.js';
import { plotted } from '../shared/figures/plotted.js';
import { axisOf, type NumberAxis } from './axis.js';
import { dots, scaleOf, type Sides } from './charts.js';
import type { Contender } from './results.js';

const [WIDTH, PANEL, HEIGHT] = [760, 330, 300];
/** Dots of each panel, so that the file stays small. */
const DOTS = 1200;
/** Colours that can be told apart on light and on dark ground. */
const COLOURS = ['#2f7ed8', '#e0752d', '#2a9d6f', '#c94f7c', '#8a63d2', '#b08900', '#1a9fb5', '#7f8794'];

/**
 * Two numbers of each row, coloured by a category, real and made, as an SVG file: the target if it is a number, else the number that depends most
 * on others, with the number and the category on which it depends most. Undefined for tables without two numbers and a category.
 */
export function picture(
  { columns }: TableDescription,
  { real, made }: Sides,
  independent: Contender,
  target: string | undefined,
): string | undefined {
  const sorted = [...independent.report.trends.pairs].sort((a, b) => b.error - a.error);
  const columnOf = (name: string | undefined) => columns.find((column) => column.name === name);
  const isNumber = (name: string | undefined): boolean => 'unit' in (columnOf(name) ?? {});
  const partnerOf = (name: string, numeric: boolean): string | undefined => {
    const pair = sorted.find(({ columns: names }) => {
      const other = names.find((one) => one !== name);
      return names.includes(name) && isNumber(other) === numeric;
    });
    return pair?.columns.find((one) => one !== name);
  };
  const upward = isNumber(target) ? target : sorted.find(({ measure }) => measure === 'correlation')?.columns[0];
  if (upward === undefined) return undefined;
  const [x, y, colour] = [partnerOf(upward, true), upward, partnerOf(upward, false)].map(columnOf);
  if (x === undefined || y === undefined || colour === undefined) return undefined;
  const [across, up] = [x, y].map((column) => axisOf(column, real, 40)) as [NumberAxis, NumberAxis];
  const key = axisOf(colour, real, 40);
  if (key.kind !== 'category') return undefined;

  const panels = [real, made].map((rows, side) => {
    const left = 20 + side * (PANEL + 30);
    const shown = rows.slice(0, DOTS);
    const plot = plotted([left, 30], {
      width: PANEL + 20,
      height: HEIGHT,
      marginLeft: 44,
      marginRight: 10,
      marginTop: 8,
      marginBottom: 42,
      x: { ...scaleOf(across), label: x.name, labelAnchor: 'center', labelArrow: 'none', labelOffset: 38 },
      y: { ...scaleOf(up), label: null },
      marks: [
        Plot.frame({ stroke: 'var(--edge)' }),
        ...key.labels.map((_, place) =>
          dots(
            shown.filter((row) => key.placeOf(row[key.name]) === place),
            across,
            up,
            { r: 1.7, fill: COLOURS[place % COLOURS.length]! },
          ),
        ),
      ],
    });
    return plot + words([left + 44 + (PANEL - 34) / 2, 22], `${y.name}, ${side === 0 ? 'real' : 'generated'} rows`);
  });
  return card([WIDTH, HEIGHT + 76], ...panels, legend(key.name, key.labels));
}

/** The colours of categories, in one line. */
function legend(name: string, labels: readonly string[]): string {
  const widths = [name, ...labels].map((label) => 8 * label.length + 34);
  const total = widths.reduce((sum, width) => sum + width, 0);
  const scale = Math.min(1, (WIDTH - 24) / total);
  let left = (WIDTH - scale * total) / 2;
  return [name, ...labels]
    .map((label, i) => {
      const at = left;
      left += scale * widths[i]!;
      const y = HEIGHT + 50;
      if (i === 0) return words([at, y], label, 'left quiet');
      const dot = `<circle cx="${at.toFixed(1)}" cy="${y}" r="5" fill="${COLOURS[(i - 1) % COLOURS.length]!}" />`;
      return dot + words([Math.round(at + 10), y], label, 'left');
    })
    .join('\n  ');
}
