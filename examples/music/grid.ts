import { barLength, noteOnsets, type Note, type Tune } from 'tfjs-generative/music';

/** The length of a cell, in units of tunes: an eighth note. */
export const CELL = 12;

/** What begins in a cell: the unit within it, and the pitch, or null for a rest. */
type Onset = readonly [unit: number, pitch: number | null];

/**
 * The tokens of a grid. Each token says which notes begin in an eighth, and an empty one that the last note lasts. So the time of every place is known,
 * also where notes are not. Plain JSON.
 */
export interface GridVocabulary {
  readonly cells: readonly (readonly Onset[])[];
  /** The token after the last cell of a tune. */
  readonly end: number;
  /** Number of tokens, the end included. */
  readonly tokens: number;
  /** The metres, each a class. */
  readonly metres: readonly string[];
}

const keyOf = (cell: readonly Onset[]): string => JSON.stringify(cell);

/** The cells of a tune; a rest completes the last one. */
export function cellsOf({ notes }: Pick<Tune, 'notes'>): Onset[][] {
  const onsets = noteOnsets(notes);
  const length = onsets.at(-1)!;
  const cells = Array.from({ length: Math.ceil(length / CELL) }, (): Onset[] => []);
  notes.forEach(({ pitch }, i) => cells[Math.floor(onsets[i]! / CELL)]!.push([onsets[i]! % CELL, pitch]));
  if (length % CELL !== 0) cells.at(-1)!.push([length % CELL, null]);
  return cells;
}

/** All cells and metres that occur in some tunes, as tokens and classes. */
export function gridVocabulary(tunes: readonly Tune[]): GridVocabulary {
  const counts = new Map<string, number>();
  for (const cell of tunes.flatMap(cellsOf)) counts.set(keyOf(cell), (counts.get(keyOf(cell)) ?? 0) + 1);
  const keys = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).map(([key]) => key);
  const cells = keys.map((key) => JSON.parse(key) as Onset[]);
  const metres = [...new Set(tunes.map(({ metre }) => metre))].sort();
  return { cells, end: cells.length, tokens: cells.length + 1, metres };
}

/** The tokens of a tune, with its end and then -1 up to the length; a longer tune is cut. Undefined if a cell is not in the vocabulary. */
export function encodeGrid(tune: Tune, vocabulary: GridVocabulary, length: number): Int32Array | undefined {
  const tokens = tokensOf(vocabulary);
  const own = cellsOf(tune).map((cell) => tokens.get(keyOf(cell)) ?? -1);
  if (own.includes(-1)) return undefined;
  const row = new Int32Array(length).fill(-1);
  row.set([...own, vocabulary.end].slice(0, length));
  return row;
}

const known = new WeakMap<GridVocabulary, Map<string, number>>();

function tokensOf(vocabulary: GridVocabulary): Map<string, number> {
  const map = known.get(vocabulary) ?? new Map(vocabulary.cells.map((cell, token) => [keyOf(cell), token]));
  known.set(vocabulary, map);
  return map;
}

/** The notes of a row of tokens, up to the end or to the first -1. What lasts from before the first note is a rest; rests that follow each other become one. */
export function decodeGrid(row: ArrayLike<number>, vocabulary: GridVocabulary): Note[] {
  const all = Array.from(row);
  const stop = all.findIndex((token) => token < 0 || token === vocabulary.end);
  const cells = all.slice(0, stop < 0 ? all.length : stop);
  const onsets = cells.flatMap((token, i) =>
    vocabulary.cells[token]!.map(([unit, pitch]) => ({ at: i * CELL + unit, pitch })),
  );
  if (onsets[0]?.at !== 0) onsets.unshift({ at: 0, pitch: null });
  const distinct = onsets.filter(({ pitch }, i) => i === 0 || pitch !== null || onsets[i - 1]!.pitch !== null);
  return distinct
    .map(({ at, pitch }, i) => ({ pitch, length: (distinct[i + 1]?.at ?? cells.length * CELL) - at }))
    .filter(({ length }) => length > 0);
}

/** Cells of a bar; a bar of another length than whole eighths has the next larger number. */
export function cellsInBar(metre: string): number {
  return Math.ceil(barLength(metre) / CELL);
}

/** Number of notes and rests that begin in a row of tokens, and one for its end. */
export function notesIn(row: Int32Array, { cells, end }: GridVocabulary): number {
  return row.reduce((sum, token) => sum + (token < 0 ? 0 : token === end ? 1 : cells[token]!.length), 0);
}
