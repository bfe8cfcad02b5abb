import type { ColumnDescription, PairError, Row, TableDescription } from 'tfjs-generative/tables';
import { csvFormatBody } from 'd3-dsv';
import { escaped, histogram, pairCharts } from './charts.js';
import { MEASURES, resultLines, type Contender } from './results.js';

/** Pairs of columns that are shown, at most. */
const MOST_PAIRS = 8;
/** Made rows that are shown as a table. */
const SHOWN = 8;

/** What {@link page} takes. */
export interface PageOptions {
  readonly title: string;
  /** What was done, in a sentence. */
  readonly about: string;
  readonly description: TableDescription;
  readonly real: readonly Row[];
  /** The model first, independent columns last. */
  readonly contenders: readonly Contender[];
}

/** A page with the distributions of columns and of pairs of them, real next to made. */
export function page({ title, about, description: { columns }, real, contenders }: PageOptions): string {
  const { rows: made, report } = contenders[0]!;
  const sides = { real, made };
  const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
  const histograms = columns.map((column, i) => {
    const { measure, error, floor } = report.shapes.columns[i]!;
    const missing = column.missing > 0 ? `, ${percent(column.missing)} missing` : '';
    const note = `${measure} ${percent(error)}, held out ${percent(floor)}${missing}`;
    return card(column.name, note, histogram(column, sides));
  });
  const pairs = strongestPairs(contenders.at(-1)!.report.trends.pairs, columns).map(({ columns: names }) => {
    const { measure, error, floor } = report.trends.pairs.find((pair) => pair.columns.join() === names.join())!;
    const [x, y] = names.map((name) => columns.find((column) => column.name === name)!);
    const note = `${measure} ${percent(error)}, held out ${percent(floor)}`;
    const charts = pairCharts([x!, y!], sides);
    return card(names.join(' and '), note, `<div class="pair">${charts.join('')}</div>`);
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8" />
<meta name="viewport" content="width=device-width" />
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<main>
<h1>${escaped(title)}</h1>
<p>${escaped(about)}</p>
${table(['', ...MEASURES.map(([name]) => name)], resultLines(contenders))}
<dl>${MEASURES.map(([name, meaning]) => `<div><dt>${name}</dt><dd>${meaning}</dd></div>`).join('')}</dl>
<h2>Columns <small><i class="real"></i> real <i class="made"></i> generated</small></h2>
<div class="cards">${histograms.join('')}</div>
<h2>Strongest pairs <small><i class="real"></i> real <i class="made"></i> generated</small></h2>
<div class="cards wide">${pairs.join('')}</div>
<h2>Generated rows</h2>
${table(
  columns.map(({ name }) => name),
  made.slice(0, SHOWN).map((row) => columns.map(({ name }) => csvFormatBody([{ [name]: row[name] }]))),
)}
</main>
</html>
`;
}

/** Each column with the one without which it is furthest off, the strongest pairs first. */
function strongestPairs(pairs: readonly PairError[], columns: readonly ColumnDescription[]): PairError[] {
  const sorted = [...pairs].sort((a, b) => b.error - a.error);
  const strongest = columns.flatMap(({ name }) => sorted.find((pair) => pair.columns.includes(name)) ?? []);
  return sorted.filter((pair) => strongest.includes(pair)).slice(0, MOST_PAIRS);
}

function card(title: string, note: string, content: string): string {
  return `<figure><figcaption><b>${escaped(title)}</b> <small>${note}</small></figcaption>${content}</figure>\n`;
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[], kind: string): string =>
    `<tr>${cells.map((cell) => `<${kind}>${escaped(cell)}</${kind}>`).join('')}</tr>\n`;
  return `<div class="table"><table>${line(head, 'th')}${lines.map((cells) => line(cells, 'td')).join('')}</table></div>`;
}

const STYLE = `
:root {
  color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; background: var(--page); color: var(--ink);
  --ink: #1d2430; --quiet: #5a6475; --page: #f3f5f9; --ground: #ffffff; --edge: #d5dae3; --outline: #7d8aa0;
  --first: #c2570c; --second: #0b5cad; --pale-second: #a9cdee;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ink: #e6e9f0; --quiet: #a3adbf; --page: #12151c; --ground: #1b1f28; --edge: #3a4252; --outline: #8794ab;
    --first: #ffb074; --second: #7cc0ff; --pale-second: #30587f;
  }
}
body { margin: 0; }
main { box-sizing: border-box; max-width: 1160px; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { margin: 0; font-size: 1.75rem; }
h2 { margin: 2rem 0 0.75rem; font-size: 1.25rem; }
p { margin: 0.25rem 0 1rem; color: var(--quiet); max-width: 46rem; }
small { font-size: 0.8125rem; font-weight: normal; color: var(--quiet); }
i { display: inline-block; width: 0.8rem; height: 0.8rem; margin-left: 0.5rem; border-radius: 2px; vertical-align: -0.1rem; }
i.real { background: var(--second); }
i.made { background: var(--first); }
.cards { display: grid; gap: 0.75rem; grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr)); }
.cards.wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 500px), 1fr)); }
figure, .table, dl { margin: 0; background: var(--ground); border: 1px solid var(--edge); border-radius: 8px; }
figure { padding: 0.75rem; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 0.75rem; margin-bottom: 0.25rem; }
svg { display: block; width: 100%; height: auto; }
.pair { display: grid; gap: 0.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 230px), 1fr)); }
svg.real { color: var(--second); }
svg.made { color: var(--first); }
svg text { fill: var(--ink); }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; white-space: nowrap; }
th, td { padding: 0.4rem 0.75rem; text-align: left; }
th { font-weight: 600; color: var(--quiet); }
tr + tr { border-top: 1px solid var(--edge); }
td:first-child { font-weight: 600; }
dl { margin-top: 0.75rem; padding: 0.5rem 0.75rem; font-size: 0.875rem; display: grid; gap: 0.25rem 1.5rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 30rem), 1fr)); }
dl div { display: flex; gap: 0.5rem; }
dt { font-weight: 600; min-width: 5.5rem; }
dd { margin: 0; color: var(--quiet); }
`;
