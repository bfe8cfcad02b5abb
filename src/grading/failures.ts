// What a student reads if a submission gives no numbers: the same sentences in a process and in the worker of a page.
import { cut } from '../tensor/errors.js';

/** A submission whose text is not run. */
export const doesNotParse = (problem: string): string => `Your answer does not parse: ${problem}.`;

/** A submission that was stopped after these seconds, of a kind. */
export const timeIsUp = (seconds: number, kind = ''): string =>
  `It was stopped after ${seconds} s${kind}: does a loop never end?`;

/** Why a text is not read that keeps its reader busy. */
export const takesTooLong = 'reading it takes too long: are expressions nested too deeply?';

/** The largest number of characters of a submission's text that a student is shown. */
const MAX_LENGTH = 300;

/** The largest number of characters that are looked at for them. */
const MAX_READ = 2 ** 14;

/** Removes from a submission's text its folder and possible secret inputs: numbers with a decimal point, and long numbers. */
export function redact(text: string): string {
  // a long text may not keep the grader busy, so each word is read once
  const plain = text
    .slice(0, MAX_READ)
    .replace(/(?<![^\s'"])[^\s'"]*[\\/]submission-\w+[\\/]/g, '')
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .replace(/-?\d*\.\d+(e[+-]?\d+)?|-?\d{5,}/gi, '#');
  return cut(plain, MAX_LENGTH);
}
