/** What the benches share: options, minima, running programs in separate processes, printing and saving. */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Roof } from './roof/roof.js';

/** Options of every bench, for `parseArgs`. */
export const commonOptions = {
  json: { type: 'string' },
  markdown: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '3' },
} as const;

/** Milliseconds or other amounts by name; the minimum is the amount without disturbance. */
export type Minima = Record<string, number | undefined>;

export function keepLeast(minima: Minima, name: string, value: number | undefined): void {
  if (value !== undefined && !(value >= minima[name]!)) minima[name] = value;
}

/** Reasons that have already been printed. */
const printed = new Set<string>();

/** Parses the last line that a program prints as JSON; if it cannot run, returns undefined and prints the reason once to stderr. */
export function lastLineOf<T>(
  file: string,
  list: readonly string[],
  title: string,
  environment: Readonly<Record<string, string>> = {},
): T | undefined {
  // PyTorch's idle threads would spin on the processor that the next program needs
  const env = { ...process.env, OMP_WAIT_POLICY: 'passive', ...environment };
  try {
    const output = execFileSync(file, list, { encoding: 'utf8', env, stdio: ['ignore', 'pipe', 'pipe'] });
    return JSON.parse(output.trim().split('\n').at(-1)!) as T;
  } catch (error) {
    // null if the program does not exist
    const { stderr, message } = error as Error & { stderr?: string | null };
    const lines = (stderr ?? '').split('\n').filter((line) => /Error\b.*:|not found/.test(line));
    const reason = `${title}: ${(lines.at(-1) ?? message).slice(0, 200)}`;
    if (!printed.has(reason)) process.stderr.write(`not available: ${reason}\n`);
    printed.add(reason);
    return undefined;
  }
}

/** The same for a TypeScript program of this repository. */
export function lastLineOfOwn<T>(program: string, list: readonly string[], title: string): T | undefined {
  return lastLineOf(process.execPath, ['--import', 'tsx', program, ...list], title);
}

export type Row = Readonly<Record<string, string | number | undefined>>;

export interface Table {
  readonly title: string;
  /** All rows have the same names, which are the columns; undefined is printed as a dash. */
  readonly rows: readonly Row[];
}

export interface Report {
  readonly tables: readonly Table[];
  readonly options: { readonly json?: string | undefined; readonly markdown: boolean; readonly rounds?: string };
  readonly roof?: Roof | undefined;
  /** Saved together with the rows. */
  readonly more?: object;
}

/** The load of the machine before the bench adds its own: numbers from a busy machine should be measured again. */
const load = loadavg()[0]!;

/** Prints the tables, and saves them as `{ machine, node, load, rounds, roof, rows }` if a file is named. */
export function report({ tables, options, roof, more }: Report): void {
  const { json, markdown, rounds } = options;
  const machine = `${cpus().length} x ${cpus()[0]?.model.trim() ?? 'unknown processor'}`;
  const taken = rounds === undefined ? '' : `, minima of ${rounds} interleaved rounds`;
  console.log(`${machine}, node ${process.version}, load ${load.toFixed(1)} at the start${taken}`);
  if (roof !== undefined) {
    const [one, both] = [roof.alone, roof.both].map((rate) => rate.toFixed(1));
    const free = (roof.both / (2 * roof.alone)).toFixed(2);
    console.log(`SIMD roof ${one} GF/s on one thread, ${both} on two at once: ${free} of two free processors`);
    console.log(
      `the best tiles, as wide as this engine makes them: ${roof.wide.toFixed(1)} GF/s, fused ${roof.fused.toFixed(1)}`,
    );
  }
  for (const { title, rows } of tables) {
    console.log(`\n${markdown ? '### ' : ''}${title}\n`);
    print(rows, markdown);
  }
  if (json === undefined) return;
  const rows = tables.flatMap(({ title, rows }) => rows.map((row) => ({ table: title, ...row })));
  const all = { machine, node: process.version, load, rounds: rounds === undefined ? undefined : Number(rounds), roof };
  writeFileSync(json, `${JSON.stringify({ ...all, ...more, rows }, null, 2)}\n`);
}

function print(rows: readonly Row[], markdown: boolean): void {
  // a column for a program that did not run is left out
  const columns = Object.keys(rows[0] ?? {}).filter((column) => rows.some((row) => row[column] !== undefined));
  const lines = [columns, ...rows.map((row) => columns.map((column) => text(row[column])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((cells) => cells[i]!.length)));
  const written = lines.map((cells) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))),
  );
  if (!markdown) return console.log(written.map((cells) => cells.join('  ')).join('\n'));
  const rule = widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  console.log([written[0]!, rule, ...written.slice(1)].map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
}

function text(value: string | number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '–';
  if (typeof value === 'string' || Number.isInteger(value)) return String(value);
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
}
