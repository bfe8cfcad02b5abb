// The words of the pages and of the queries, in the form in which they are compared.
import { stemmer } from 'stemmer';

/** The pages spell as the British do. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  [/^color/, 'colour'],
  [/^gray/, 'grey'],
  [/^behavior/, 'behaviour'],
  [/^license/, 'licence'],
  [/iz(e|es|ed|er|ers|ing|ation|ations)$/, 'is$1'],
];

/** Words that do not say what is looked for, in English and in the German of those who mix them. */
const FILLERS = new Set(
  `a about actually after all am an and any anybody anyone are as at be because been being best better but by can cannot can't could did do does doesn't
  doing don't each et al ever every find for from get gets getting give go goes going good got had has have having he hello help here hi how i i'm if in
  instead into is isn't it it's its just keep keeps know let like look looking made make makes making many may me might more much must my need needs
  never no not now of off ok on one only or other our own please possible problem question really say says see should show simple so some
  somebody someone something still such tell than thank thanks that the their them then there these they thing this those to too try trying up us
  use used uses using very want wants was way we well were what what's when where which while who why will with without won't work working works
  would wrong yet you your auf das der die ein eine fur ich ist kann man mein mit nicht und von wie zu`.split(/\s+/),
);

/** Terms of words, or of their stems, that Porter's algorithm confuses or that mean the same. */
const TERMS: ReadonlyMap<string, string> = new Map([
  ['indices', 'index'],
  ['indexes', 'index'],
  ['matrices', 'matrix'],
  ['imag', 'pictur'],
  ['photo', 'pictur'],
  ['photograph', 'pictur'],
  ['foto', 'pictur'],
  ['ident', 'same'],
  ['generator', 'generator'],
  ['generators', 'generator'],
  ['generative', 'generative'],
  ['normal', 'normal'],
  ['running', 'run'],
  ['ran', 'run'],
  ['dataset', 'data'],
  ['datasets', 'data'],
  ['js', 'javascript'],
  ['ts', 'typescript'],
  ['tfjs', 'tensorflow'],
]);

/** A word of a text in lower case with its term, and the same of its parts if it is a name in camel case. */
export interface Token {
  readonly word: string;
  readonly term: string;
  readonly parts: readonly Token[];
}

/** The terms of a text, each once. */
export function termsOf(text: string): string[] {
  return [...new Set(tokensOf(text).flatMap(({ term, parts }) => [term, ...parts.map((part) => part.term)]))];
}

/** The words of a text that say something. */
export function tokensOf(text: string): Token[] {
  const plain = text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('’', "'")
    // u-net, t-sne, v-prediction
    .replaceAll(/\b(\p{L})-(?=\p{L}{2})/gu, '$1');
  return (plain.match(/[\p{L}\p{N}']+/gu) ?? []).flatMap((word) =>
    tokenOf(
      word,
      partsOf(word).flatMap((part) => tokenOf(part)),
    ),
  );
}

function tokenOf(text: string, parts: readonly Token[] = []): Token[] {
  const word = text.toLowerCase();
  const term = termOf(word);
  return term === null ? [] : [{ word, term, parts }];
}

/** The terms of words that were seen: a key press asks for those of all results again. */
const seen = new Map<string, string | null>();

/** The term under which a word in lower case is indexed. */
export function termOf(word: string): string | null {
  if (!seen.has(word)) seen.set(word, newTermOf(word));
  return seen.get(word)!;
}

function newTermOf(word: string): string | null {
  const bare = word.replaceAll(/'s?$|^'/g, '');
  if (bare === '' || FILLERS.has(word) || FILLERS.has(bare)) return null;
  const spelled = SPELLINGS.reduce((text, [there, here]) => text.replace(there, here), bare);
  const stem = stemmer(spelled);
  return TERMS.get(spelled) ?? TERMS.get(stem) ?? stem;
}

/** The parts of a name in camel case, or nothing. */
function partsOf(name: string): string[] {
  const parts = name
    .replaceAll(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1 $2')
    .replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, '$1 $2')
    .split(' ');
  return parts.length > 1 && parts.every((part) => part.length > 1) ? parts : [];
}
