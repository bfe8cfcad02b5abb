// Finds the sections that answer a query, with the data of docs/site/scripts/search-index.ts. docs/site/search.js shows them.
import MiniSearch, { type AsPlainObject, type Query, type SearchOptions } from 'minisearch';
import { synonyms } from './synonyms.js';
import { unsupported } from './unsupported.js';
import { termOf, termsOf, tokensOf, type Token } from './words.js';

export interface SearchData {
  readonly pages: readonly PageData[];
  /** Sections of guides; a page of the reference is one section. */
  readonly sections: readonly SectionData[];
  /** The terms of the sections' texts, separated by spaces. */
  readonly terms: string;
  /** For each term the sections that contain it, each as the step from the one before. */
  readonly postings: readonly (readonly number[])[];
  /** The words of titles, headings and phrases, separated by spaces: what a misspelled word may have been meant to be. */
  readonly words: string;
}

export interface PageData {
  readonly title: string;
  readonly kind: string;
  readonly url: string;
  /** Factor of the scores: a guide explains what a page of the reference names. */
  readonly weight: number;
}

/** `phrases` are the heading and what visitors type: terms separated by spaces, phrases by commas. */
export type SectionData = readonly [page: number, hash: string, heading: string, lead: string, phrases: string];

export interface SearchResult {
  readonly url: string;
  readonly title: string;
  readonly section: string;
  readonly kind: string;
  readonly lead: string;
}

export interface Answer {
  /** What is not supported, if the query asks for it, or else nothing. */
  readonly sentence: string;
  readonly results: readonly SearchResult[];
}

/** Largest number of results. */
const MOST = 6;
/** Factors of a match in the text of a section, and in the phrases of its page, relative to one in its own phrases. */
const TEXT = 0.45;
const PAGE = 0.35;
/** Factors of a synonym and of a longer word, relative to the word itself. */
const SYNONYM = 0.75;
const COMPLETION = 0.6;
/** Factor of the reference for a query that is spelled like a name. */
const NAME = 1.5;
/** Factor of a phrase that has the words of the query and no other. */
const SAME = 1.5;

/** What a query of words that say nothing asks for: "how does it work?", "help". */
const BEGINNING = 'getting started introduction';

/** One way to match a part of a query, with its factor. */
type Way = readonly [query: Query, factor: number, options?: SearchOptions];
/** Scores by the number of a phrase or of a section. */
type Scores = ReadonlyMap<number, number>;
/** The scores of a part of a query by section and by phrase, and the part's weight. */
interface PartScores {
  readonly key: string;
  readonly inText: Scores;
  readonly inPhrases: Scores;
  readonly weight: number;
}
/** What is known of words. */
interface Vocabulary {
  isKnown(term: string): boolean;
  /** Whether a term begins with these letters. */
  isPrefix(letters: string): boolean;
  /** Whether a term is one of a heading or a phrase. */
  isCommon(term: string): boolean;
  /** The terms of the words that are most similar to a misspelled one. */
  similar(word: string): readonly string[];
}

/** Reads the data once, and returns the search. */
export function createSearch(data: SearchData): (query: string) => Answer {
  const { sections, pages } = data;
  const texts = textIndex(data);
  const phrases = phraseIndex(sections);
  const first = firstSections(sections);
  // a function precedes a type whose name differs in capitals
  const names = new Map<string, number>();
  for (const [id, [page]] of sections.entries()) {
    const { kind, title } = pages[page]!;
    const name = title.toLowerCase();
    if (kind === 'Reference' && !names.has(name)) names.set(name, id);
  }
  // the section that lists what is not included
  const notIncluded = sections.flatMap(([, hash], id) => (hash === '#what-is-not-included' ? [id] : []));
  const common = new Set(sections.flatMap(([, , , , all]) => all.split(/[ ,]/)));
  const inTexts = new Set(data.terms.split(' '));
  const known = [...new Set([...common, ...inTexts])];
  let before: ReadonlyMap<string, PartScores> = new Map();
  const vocabulary: Vocabulary = {
    isKnown: (term) => common.has(term) || inTexts.has(term),
    isCommon: (term) => common.has(term),
    isPrefix: (letters) => known.some((term) => term.startsWith(letters)),
    similar: similarWords(data.words),
  };

  return (query) => {
    const [, sentence = '', instead = query] = unsupported.find(([pattern]) => pattern.test(query.toLowerCase())) ?? [];
    const found = rank(termsOf(instead).length === 0 && /\p{L}/u.test(instead) ? BEGINNING : instead);
    const ranked = sentence === '' ? found : [...found.slice(0, 2), ...notIncluded, ...found];
    const exact = names.get(
      query
        .trim()
        .toLowerCase()
        .replace(/\(.*$|[\s_-]/g, ''),
    );
    return { sentence, results: firstOfPages(data, exact === undefined ? ranked : [exact, ...ranked]) };
  };

  /** The scores of a part of a query, which a key press seldom changes: those of the query before are kept. */
  function scoresOfPart(ways: readonly Way[]): PartScores {
    const key = JSON.stringify(ways);
    const kept = before.get(key);
    if (kept !== undefined) return kept;
    const inText = scoresOf(texts, ways);
    const inPhrases = scoresOf(phrases.index, ways);
    // rare words tell more
    return { key, inText, inPhrases, weight: Math.log(1 + 1000 / (1 + inText.size)) };
  }

  /** The sections that match a query, best first. A section counts more if it matches a larger share of the query. */
  function rank(query: string): number[] {
    const units = waysOf(query, vocabulary).map(scoresOfPart);
    before = new Map(units.map((unit) => [unit.key, unit]));
    const sum = units.reduce((total, { weight }) => total + weight, 0);
    const best = bestPhrases(units.map(({ inPhrases }) => inPhrases));
    const isName = /^[\w.]*(\p{Ll}\p{Lu}|\()[\w.()]*$/u.test(query.trim());
    const candidates = new Set([...best.keys(), ...units.flatMap(({ inText }) => [...inText.keys()])]);
    const scores = [...candidates].map((id) => {
      const own = best.get(id);
      const onPage = best.get(first[id]!);
      let [score, share] = [0, 0];
      for (const [i, { inText, weight }] of units.entries()) {
        const [a, b, c] = [own?.[i] ?? 0, onPage?.[i] ?? 0, inText.get(id) ?? 0];
        score += a + PAGE * b + TEXT * c;
        share += (weight / sum) * (a + c > 0 ? 1 : b > 0 ? 0.7 : 0);
      }
      const { kind, weight } = pages[sections[id]![0]]!;
      return [id, score * share * (isName && kind === 'Reference' ? NAME : weight)] as const;
    });
    return scores.sort(([, a], [, b]) => b - a).map(([id]) => id);
  }

  /** For each section its best phrase, as the scores of the units in it. */
  function bestPhrases(units: readonly Scores[]): Map<number, readonly number[]> {
    const best = new Map<number, readonly number[]>();
    for (const id of new Set(units.flatMap((unit) => [...unit.keys()]))) {
      const { owner, length } = phrases.of[id]!;
      const isSame = length === units.length && units.every((unit) => unit.has(id));
      const parts = units.map((unit) => (unit.get(id) ?? 0) * (isSame ? SAME : 1));
      if (total(parts) > total(best.get(owner) ?? [])) best.set(owner, parts);
    }
    return best;
  }
}

/** The text in pieces, and whether each is a word of the query. */
export function highlighted(text: string, query: string): (readonly [piece: string, isMatch: boolean])[] {
  const terms = new Set(termsOf(query));
  return text
    .split(/([\p{L}\p{N}'-]+)/u)
    .map((piece) => [piece, termsOf(piece).some((term) => terms.has(term))] as const);
}

/** For each telling part of a query the ways to match it. */
function waysOf(query: string, vocabulary: Vocabulary): Way[][] {
  // a name that exists, or else its parts
  const tokens = tokensOf(query).flatMap((token) =>
    token.parts.length === 0 || vocabulary.isKnown(token.term) ? token : token.parts,
  );
  const all = [...new Map(tokens.map((token) => [token.term, token])).values()];
  const terms = all.map(({ term }) => term);
  const done = new Set<string>();
  const units: Way[][] = [];
  const groups = synonyms
    .flatMap((group) => group.map((phrase) => ({ group, phrase })))
    .filter(({ phrase }) => phrase.every((term) => terms.includes(term)))
    .sort((a, b) => b.phrase.length - a.phrase.length);
  const used = new Map<unknown, Way[]>();
  for (const { group, phrase } of groups) {
    if (phrase.some((term) => done.has(term))) continue;
    for (const term of phrase) done.add(term);
    const own: Way = [combined('OR', phrase), 1];
    // two words for one thing count once
    if (used.get(group)?.push(own) !== undefined) continue;
    const others = group.filter((other) => other !== phrase);
    used.set(group, [own, ...others.map((other): Way => [combined('AND', other), SYNONYM])]);
  }
  units.push(...used.values());
  for (const [i, token] of all.entries()) {
    if (done.has(token.term)) continue;
    // words that are written as one elsewhere
    const joined = [terms.slice(i - 1, i + 1), terms.slice(i, i + 2)].filter(({ length }) => length === 2);
    const exact = [token.term, ...joined.map((pair) => pair.join(''))].filter((term) => vocabulary.isKnown(term));
    const ways = exact.map((term): Way => [term, 1]);
    // a rare word may be a misspelled one that occurs by chance
    if (ways.length > 0 && !vocabulary.isCommon(token.term))
      ways.push(...vocabulary.similar(token.word).map((term): Way => [term, COMPLETION]));
    units.push(ways.length > 0 ? ways : guesses(token, vocabulary));
  }
  return units.filter(({ length }) => length > 0);
}

/** What an unknown word may mean: the beginning of a word, two words in one, a misspelled word, or one with another ending. */
function guesses({ word, term }: Token, { isKnown, isPrefix, similar }: Vocabulary): Way[] {
  if (term.length >= 3 && isPrefix(term)) return [[term, COMPLETION, { prefix: true }]];
  for (let i = 3; i <= word.length - 3; i++) {
    const parts = [word.slice(0, i), word.slice(i)]
      .map(termOf)
      .filter((part) => part !== null && part.length > 2 && isKnown(part));
    if (parts.length === 2) return [[combined('AND', parts as string[]), 1]];
  }
  const words = similar(word);
  if (words.length > 0) return words.map((other): Way => [other, 1]);
  for (let end = term.length - 1; end >= Math.max(5, 0.6 * term.length); end--) {
    if (isKnown(term.slice(0, end))) return [[term.slice(0, end), COMPLETION]];
  }
  return [];
}

/** Finds the words that differ from a misspelled one by the fewest letters, at most two; people seldom mistype the first. */
function similarWords(words: string): (word: string) => readonly string[] {
  const index = new MiniSearch({ fields: ['word'], idField: 'word', ...AS_TERMS, searchOptions: AS_TERMS });
  index.addAll(words.split(' ').map((word) => ({ word })));
  return (word) => {
    for (const fuzzy of [1, 2]) {
      if (word.length < 3 + fuzzy) break;
      const found = index.search(word, { fuzzy }).map(({ id }) => id as string);
      const likely = found.filter((other) => other.startsWith(word[0]!));
      if (likely.length > 0) return [...new Set(likely.map(termOf).filter((term) => term !== null))];
    }
    return [];
  };
}

function combined(combineWith: 'AND' | 'OR', terms: readonly string[]): Query {
  return terms.length === 1 ? terms[0]! : { combineWith, queries: [...terms] };
}

/** The best score of each document by any of the ways. */
function scoresOf(index: MiniSearch, ways: readonly Way[]): Scores {
  const scores = new Map<number, number>();
  for (const [query, factor, options] of ways) {
    for (const { id, score } of index.search(query, options) as { id: number; score: number }[])
      scores.set(id, Math.max(scores.get(id) ?? 0, factor * score));
  }
  return scores;
}

/** The best section of each page. */
function firstOfPages({ sections, pages }: SearchData, ids: readonly number[]): SearchResult[] {
  const found = new Map<number, SearchResult>();
  for (const id of ids) {
    const [page, hash, section, lead] = sections[id]!;
    if (found.has(page)) continue;
    const { title, kind, url } = pages[page]!;
    found.set(page, { url: url + hash, title, section, kind, lead });
    if (found.size === MOST) break;
  }
  return [...found.values()];
}

/** For each section the first section of its page. */
function firstSections(sections: SearchData['sections']): number[] {
  const first = new Map<number, number>();
  return sections.map(([page], id) => {
    if (!first.has(page)) first.set(page, id);
    return first.get(page)!;
  });
}

/** Terms reach an index as it keeps them. */
const AS_TERMS = { tokenize: (text: string): string[] => text.split(' '), processTerm: (term: string): string => term };

/** The index of all phrases, and of each the section and the number of terms. */
function phraseIndex(sections: SearchData['sections']): {
  index: MiniSearch;
  of: readonly { owner: number; length: number }[];
} {
  const all = sections.flatMap(([, , , , phrases], owner) => phrases.split(',').map((phrase) => ({ owner, phrase })));
  const index = new MiniSearch({
    fields: ['phrase'],
    ...AS_TERMS,
    searchOptions: { ...AS_TERMS, bm25: { k: 0.4, b: 0.75, d: 0 } },
  });
  index.addAll(all.map(({ phrase }, id) => ({ id, phrase })));
  return { index, of: all.map(({ owner, phrase }) => ({ owner, length: phrase.split(' ').length })) };
}

/** The index of the texts. */
function textIndex({ sections, terms, postings }: SearchData): MiniSearch {
  const lengths = sections.map(() => 0);
  const index = terms.split(' ').map((term, i): AsPlainObject['index'][number] => {
    let id = -1;
    const ids = postings[i]!.map((step) => (id += step));
    for (const each of ids) lengths[each]!++;
    return [term, { 0: Object.fromEntries(ids.map((each) => [each, 1])) }];
  });
  const plain: AsPlainObject = {
    documentCount: sections.length,
    nextId: sections.length,
    documentIds: Object.fromEntries(sections.map((_, id) => [id, id])),
    fieldIds: { text: 0 },
    fieldLength: Object.fromEntries(lengths.map((length, id) => [id, [length]])),
    averageFieldLength: [total(lengths) / sections.length],
    storedFields: {},
    index,
    serializationVersion: 2,
  };
  return MiniSearch.loadJS(plain, {
    fields: ['text'],
    searchOptions: { ...AS_TERMS, bm25: { k: 0.4, b: 0.6, d: 0 } },
  });
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
