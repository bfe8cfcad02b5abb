// What a student reads if a submission gives no numbers: the same sentences in a process and in the worker of a page.
import { cut } from '../tensor/errors.js';

/** A submission whose text is not run. */
export const doesNotParse = (problem: string): string => `Your answer does not parse: ${problem}.`;

/** A submission that was stopped. */
export const timeIsUp = (seconds: number): string => `It was stopped after ${seconds} s: does a loop never end?`;

/** The largest number of characters of a submission's text that a student is shown. */
const MAX_LENGTH = 300;

/** Removes from a submission's text its folder and possible secret inputs: numbers with a decimal point, and long numbers. */
export function redact(text: string): string {
  const plain = text
    .replace(/[^\s'"]*[\\/]submission-\w+[\\/]/g, '')
    .replace(/[\p{C}\u2028\u2029]+/gu, ' ')
    .replace(/-?\d*\.\d+(e[+-]?\d+)?|-?\d{5,}/gi, '#');
  return cut(plain, MAX_LENGTH);
}
