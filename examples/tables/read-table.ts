import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { RandomStream } from 'tfjs-generative';
import type { Row } from 'tfjs-generative/tables';
import { InputError } from '../shared/input-error.js';
import { readCsv, textIn } from '../shared/read-csv.js';

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

/** The rows of a CSV file with a header, without some of its columns. */
export function readTable(path: string, without: readonly string[] = []): Row[] {
  const columns = readCsv(textIn(readFileSync(path)));
  const unknown = without.find((name) => !(name in columns));
  if (unknown !== undefined) throw new InputError(`${path} has no column ${JSON.stringify(unknown)} to leave out.`);
  const kept = Object.entries(columns).filter(([name]) => !without.includes(name));
  const rows = Object.values(columns)[0]!.length;
  return Array.from({ length: rows }, (_, row) => Object.fromEntries(kept.map(([name, cells]) => [name, cells[row]!])));
}

/** Splits rows at random: the first part has `learned` rows. */
export function splitRows(rows: readonly Row[], learned: number, random: RandomStream): SplitTable {
  const order = Array.from(random.permutation(rows.length), (i) => rows[i]!);
  return { columns: Object.keys(rows[0]!), real: order.slice(0, learned), heldOut: order.slice(learned) };
}
