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
/** Growth in bytes that is not mentioned. */
const UNSEEN = 50;
/** The share by which a size may exceed its limit, or what was recorded, with a warning: nobody has to shave off a few bytes in a change about something else. */
export const SLACK = 0.02;

/** The names of everything that size-limit measures. */
export const measuredNames = (settings as readonly { readonly name: string }[]).map(({ name }) => name);
/** The imports whose growth needs a reason. */
export const weighed = names as readonly string[];
/** The reasons of `.size-limit.js`, by the names of the imports. */
export const grown = reasons as Readonly<Record<string, Reason>>;

/** The bytes of each weighed import when they were last recorded. */
export const recordedSizes = (): Record<string, number> =>
  JSON.parse(readFileSync(RECORDED, 'utf8')) as Record<string, number>;

/** What is wrong with sizes: faults end the check, warnings are printed. */
export interface Judgement {
  readonly faults: readonly string[];
  readonly warnings: readonly string[];
}

/** Sizes above their limits, and weighed imports that have grown without a reason: by at most 2%, a warning each, and by more, a fault. */
export function judgeSizes(
  measured: readonly Measured[],
  recorded: Readonly<Record<string, number>>,
  { among = weighed, why = grown }: { among?: readonly string[]; why?: Readonly<Record<string, Reason>> } = {},
): Judgement {
  const [faults, warnings]: [string[], string[]] = [[], []];
  const judge = (size: number, most: number, sentence: string): void => {
    if (size > most) (size > most * (1 + SLACK) ? faults : warnings).push(sentence);
  };
  for (const { name, size, sizeLimit } of measured) {
    judge(size, sizeLimit, `${name} has ${size} bytes, and its limit is ${sizeLimit}.`);
    if (!among.includes(name)) continue;
    const before = recorded[name];
    if (before === undefined) {
      faults.push(`${name} has no size in ${RECORDED}. Run npm run tool -- size --record.`);
      continue;
    }
    const reason = why[name];
    const most = Math.max(before, reason?.why ? reason.to : 0);
    if (size - before <= UNSEEN) continue;
    const fix = 'Take them off, or say in `grown` of .size-limit.js why it may.';
    judge(size, most, `${name} has grown by ${size - before} bytes, to ${size}: more than ${most}. ${fix}`);
  }
  return { faults, warnings };
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
