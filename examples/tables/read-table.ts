import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { autoType, csvParse } from 'd3-dsv';
import type { RandomStream } from 'tfjs-generative';
import type { Cell, Row } from 'tfjs-generative/tables';
import { InputError } from '../shared/input-error.js';

/** Rows of a table, some to learn from and some that the model never sees. */
export interface SplitTable {
  readonly columns: readonly string[];
  readonly real: readonly Row[];
  readonly heldOut: readonly Row[];
}

/** The path of a table of npm's `@observablehq/sample-datasets`. */
export function samplePath(name: string): string {
  return createRequire(import.meta.url).resolve(`@observablehq/sample-datasets/${name}.csv`);
}

/** The rows of a CSV file with a header, without some of its columns. Empty cells, NA and NaN are missing. */
export function readTable(path: string, without: readonly string[] = []): Row[] {
  const parsed = csvParse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
  const unknown = without.find((name) => !parsed.columns.includes(name));
  if (unknown !== undefined) throw new InputError(`${path} has no column ${JSON.stringify(unknown)} to leave out.`);
  const columns = parsed.columns
    .filter((name) => !without.includes(name))
    .map((name) => ({ name, cells: typed(parsed.map((row) => row[name]!.trim())) }));
  return parsed.map((_, row) => Object.fromEntries(columns.map(({ name, cells }) => [name, cells[row]!])));
}

/** Numbers, dates or booleans if all cells of a column are of that kind, else texts. */
function typed(texts: readonly string[]): Cell[] {
  const present = texts.filter((text) => !isMissing(text));
  const kinds = new Set(converted(present).map((cell) => (cell instanceof Date ? 'date' : typeof cell)));
  // 00501 is a code, not a number
  const isText = kinds.size > 1 || present.some((text) => /^0\d/.test(text));
  const cells = isText ? texts : converted(texts);
  return cells.map((cell, row) => (isMissing(texts[row]!) ? null : cell));
}

/** What d3 takes each text for; it changes what it is given. */
function converted(texts: readonly string[]): Cell[] {
  return autoType<Cell[], string>([...texts]);
}

function isMissing(text: string): boolean {
  return ['', 'NA', 'NaN'].includes(text);
}

/** Splits rows at random: the first part has `learned` rows. */
export function splitRows(rows: readonly Row[], learned: number, random: RandomStream): SplitTable {
  const order = Array.from(random.permutation(rows.length), (i) => rows[i]!);
  return { columns: Object.keys(rows[0]!), real: order.slice(0, learned), heldOut: order.slice(learned) };
}
