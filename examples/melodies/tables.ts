import type { TuneMeasures } from './measures.js';
import { unitsPerQuarter } from 'tfjs-generative/music';

/** A model in the table of likelihoods. */
export interface LikelihoodRow {
  readonly model: string;
  /** Bits per held-out note; of the masked model an upper bound, and its standard error. */
  readonly bits: number;
  readonly error: number;
  /** The same for the first notes of each tune; a masked model has no such number. */
  readonly first?: number | undefined;
  readonly parameters?: number;
  readonly steps?: number;
}

/** Some tunes in the table of measures. */
export interface TuneRow extends Omit<TuneMeasures, 'lengths'> {
  /** Share of the notes and rests of each length, by units. */
  readonly lengths: Readonly<Record<string, number>>;
  /** The total variation between the lengths and those of the training tunes. */
  readonly lengthDistance: number;
  /** Share of the phrases that are in one training tune. */
  readonly copied: number;
}

/** How many of the commonest note lengths have a column. */
const COMMON = 4;

const percent = (share: number): string => `${(100 * share).toFixed(1)}%`;
const line = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const table = (head: readonly string[], rows: readonly (readonly (string | number)[])[]): string =>
  [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');

/** Bits per note, next to those of the first model. */
export function likelihoodTable(rows: readonly LikelihoodRow[], firstNotes: number): string {
  const head = ['model', 'bits per note', 'change', `first ${firstNotes} notes`, 'change', 'parameters', 'updates'];
  const change = (value: number, base: number): string => `${value < base ? '' : '+'}${percent(value / base - 1)}`;
  const [base] = rows as [LikelihoodRow];
  return table(
    head,
    rows.map(({ model, bits, error, first, parameters, steps }) => [
      model,
      error === 0 ? bits.toFixed(3) : `at most ${bits.toFixed(3)} ± ${error.toFixed(3)}`,
      change(bits, base.bits),
      first?.toFixed(3) ?? '',
      first === undefined ? '' : change(first, base.first!),
      parameters?.toLocaleString('en') ?? '',
      steps?.toLocaleString('en') ?? '',
    ]),
  );
}

/** What tunes are like, next to the training tunes, which come first. */
export function tuneTable(rows: Readonly<Record<string, TuneRow>>): string {
  const [training] = Object.values(rows) as [TuneRow];
  const common = Object.entries(training.lengths)
    .sort(([, a], [, b]) => b - a)
    .slice(0, COMMON)
    .map(([length]) => length);
  const head = ['tunes', 'pitches, 5% to 95%', 'range', ...common.map(nameOfLength)];
  return table(
    [...head, 'distance of lengths', 'full bars', 'bars', 'copied'],
    Object.entries(rows).map(([name, { pitches, range, lengths, lengthDistance, fullBars, bars, copied }]) => [
      name,
      `${pitches.low} to ${pitches.high}`,
      range.toFixed(1),
      ...common.map((length) => percent(lengths[length] ?? 0)),
      percent(lengthDistance),
      percent(fullBars),
      bars.toFixed(0),
      percent(copied),
    ]),
  );
}

/** A length as a fraction of a whole note. */
function nameOfLength(units: string): string {
  const [length, whole] = [Number(units), 4 * unitsPerQuarter];
  const divisor = greatestDivisor(length, whole);
  return `${length / divisor}/${whole / divisor}`;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
