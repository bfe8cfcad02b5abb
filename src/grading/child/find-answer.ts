// The function of a submission, or what a student must change so that there is one: the same sentences in a process and in a page.
import { textOf } from '../../testing/exercises/sentences.js';
import type { Reading } from '../../testing/index.js';

/** The function that a submission exports, or why it exports none of this name. */
export type Found = { readonly answer: unknown } | { readonly failure: string };

/** How many of a module's names a message lists. */
const MAX_NAMES = 3;

/** Finds the function `name` among the exports of a module, whose text is `code`. */
export function findAnswer(exports: Readonly<Record<string, unknown>>, name: string, code: string): Found {
  const found = exports[name];
  if (typeof found === 'function') return { answer: found };
  if (found !== undefined)
    return { failure: `\`${name}\` must be a function; the file exports ${article(typeof found)} of this name.` };
  const write = `Write \`export function ${name}\``;
  if ('default' in exports) return { failure: `${write}, without \`default\`: the file has a default export.` };
  if (new RegExp(`\\b(?:function\\*?|const|let|var)\\s+${name}\\b`).test(code))
    return { failure: `Write \`export\` before \`${name}\`: the file does not export it.` };
  const isClose = (other: string): boolean => other.toLowerCase() === name.toLowerCase();
  const names = Object.keys(exports).sort((a, b) => Number(isClose(b)) - Number(isClose(a)));
  const listed = names.slice(0, MAX_NAMES).map((other) => `\`${other}\``);
  const exported = names.length === 0 ? 'nothing' : listed.join(', ');
  return { failure: `${write}; the file exports ${exported}.` };
}

/** The reading of a submission that threw while it was loaded. */
export function loadFailure(error: unknown, name: string): Reading {
  const isCommonJs =
    error instanceof ReferenceError && /^(?:module|exports|require) is not defined/.test(error.message);
  if (!isCommonJs) return { failure: textOf(error, 'Loading it') };
  const instead = `\`import\` instead of \`require\`, and \`export function ${name}\` instead of \`module.exports\``;
  return { failure: `The file must be a module: write ${instead}.` };
}

const article = (kind: string): string => `${kind.startsWith('o') ? 'an' : 'a'} ${kind}`;
