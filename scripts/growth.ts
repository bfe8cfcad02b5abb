import { readFileSync } from 'node:fs';
// @ts-expect-error: the settings of size-limit are JavaScript
import settings, { grown as reasons, weighed as names } from '../.size-limit.js';

/** What size-limit measured: bytes, gzipped. */
export interface Measured {
  readonly name: string;
  readonly size: number;
  readonly sizeLimit: number;
}

/** Why an import may grow, and up to how many bytes. */
export interface Reason {
  readonly to: number;
  readonly why: string;
}

/** The file with the bytes of the last commit on main. */
export const RECORDED = 'bench/size/recorded.json';
/** Growth in bytes that needs no reason. */
export const TOLERANCE = 50;

/** The names of everything that size-limit measures. */
export const measuredNames = (settings as readonly { readonly name: string }[]).map(({ name }) => name);
/** The imports whose growth needs a reason. */
export const weighed = names as readonly string[];
/** The reasons of `.size-limit.js`, by the names of the imports. */
export const grown = reasons as Readonly<Record<string, Reason>>;

/** The bytes of each weighed import when they were last recorded. */
export const recordedSizes = (): Record<string, number> =>
  JSON.parse(readFileSync(RECORDED, 'utf8')) as Record<string, number>;

/** For each weighed import that has grown without a reason, one sentence. */
export function unexplained(
  measured: readonly Measured[],
  recorded: Readonly<Record<string, number>>,
  { among = weighed, why = grown }: { among?: readonly string[]; why?: Readonly<Record<string, Reason>> } = {},
): string[] {
  return measured.flatMap(({ name, size }) => {
    const before = recorded[name];
    if (!among.includes(name)) return [];
    if (before === undefined) return [`${name} has no size in ${RECORDED}. Run npm run tool -- size --record.`];
    const reason = why[name];
    const most = Math.max(before + TOLERANCE, reason?.why ? reason.to : 0);
    if (size <= most) return [];
    const allowed = most === before + TOLERANCE ? `more than ${TOLERANCE}` : `above the ${most} that its line allows`;
    return [
      `${name} has grown by ${size - before} bytes, to ${size}: ${allowed}. Take them off, or say in \`grown\` of .size-limit.js why it may.`,
    ];
  });
}

/** The table of all sizes, with the change of those that were recorded. */
export function sizeTable(measured: readonly Measured[], recorded: Readonly<Record<string, number>>): string {
  const kilobytes = (size: number): string => `${(size / 1000).toFixed(2)} kB`;
  const width = Math.max(...measured.map(({ name }) => name.length));
  const rows = measured.map(({ name, size, sizeLimit }) => {
    const before = recorded[name];
    const change = before === undefined ? '' : `${size < before ? '' : '+'}${size - before} B`;
    return [name.padEnd(width), kilobytes(size).padStart(9), kilobytes(sizeLimit).padStart(9), change.padStart(8)];
  });
  const head = ['gzipped'.padEnd(width), 'size'.padStart(9), 'limit'.padStart(9), 'change'.padStart(8)];
  return [head, ...rows].map((row) => row.join('  ').trimEnd()).join('\n');
}
