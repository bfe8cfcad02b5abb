import type { CheckResult } from 'tfjs-generative/testing';
import type { Entry } from './student-folder.js';

/** What is shown. */
export interface View {
  readonly entries: readonly Entry[];
  readonly passed: ReadonlySet<string>;
  /** The index of the present exercise. */
  readonly at: number;
  /** Undefined while it is being checked. */
  readonly results: readonly CheckResult[] | undefined;
  /** Whether the file could be read: otherwise a hint, which is about its formula, is of no use. */
  readonly doesParse: boolean;
  /** The file with the picture, where one was drawn. */
  readonly picture: string;
  readonly hints: readonly string[];
  /** How many hints the student has asked for. */
  readonly shown: number;
}

/** The screen as text, without its keys. */
export function screenOf({ entries, passed, at, results, picture, hints, shown }: View): string {
  const bar = entries.map(({ name }) => (passed.has(name) ? '#' : '.')).join('');
  const { name, file, page } = entries[at]!;
  return [
    `[${bar}] ${entries.filter((entry) => passed.has(entry.name)).length} of ${entries.length} done`,
    '',
    `${at + 1}. ${name}`,
    `   write ${file}`,
    `   read  ${page}`,
    ...(results?.[0]?.picture === undefined ? [] : [`   see   ${picture}: the target in grey, yours in red`]),
    '',
    ...(results?.map(lineOf) ?? ['checking ...']),
    ...hints.slice(0, shown).flatMap((hint, i) => ['', `Hint ${i + 1} of ${hints.length}: ${hint}`]),
    ...(results !== undefined && isWhole(results)
      ? ['', 'All points. Compare your answer with its page once more.']
      : []),
  ].join('\n');
}

function lineOf({ passed, score, maxScore, name, message }: CheckResult): string {
  return `${passed ? ' ok ' : 'fail'}  ${score} of ${maxScore}  ${name}: ${message}`;
}

/** Whether an answer has all points. */
export function isWhole(results: readonly CheckResult[]): boolean {
  return results.every(({ passed }) => passed);
}

/** The keys that do something now. */
export function keysOf({ shown, hints, results, doesParse }: View): string {
  const next = results !== undefined && isWhole(results) ? 'n: next exercise' : 'n: skip';
  return [
    ...(doesParse && shown < hints.length ? ['h: hint'] : []),
    next,
    'p: previous',
    'r: check again',
    'q: quit',
  ].join('   ');
}
