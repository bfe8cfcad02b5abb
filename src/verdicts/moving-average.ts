import { jsonFields, type Json } from '../training/json.js';

/** Number of looks before which little is known. */
export const FIRST_LOOKS = 50;
/** The decay of an average over the last few looks. */
export const OF_FEW = 0.7;
/** The decay of an average over the last twenty. */
export const OF_MANY = 0.95;

/** A moving average of several numbers, on the host. */
export interface MovingAverage {
  /** Takes the next numbers; one that is not finite changes nothing. */
  add(numbers: ArrayLike<number>): void;
  /** The averages. */
  readonly values: readonly number[];
  /** How often numbers were added. */
  readonly count: number;
  state(): Json;
  restore(state: Json): void;
}

/**
 * Makes a moving average: news + decay (average - news).
 *
 * @param from - the averages before the first numbers; none if their count is not known, so that the first numbers take their place
 * @param decayAt - the decay after `count` numbers
 */
export function createMovingAverage(from: readonly number[], decayAt: (count: number) => number): MovingAverage {
  let [values, count] = [from, 0];
  return {
    get values() {
      return values;
    },
    get count() {
      return count;
    },
    add: (numbers) => {
      const decay = decayAt(count++);
      if (values.length === 0) values = Array.from(numbers);
      values = values.map((average, i) => {
        const next = numbers[i]! + decay * (average - numbers[i]!);
        return Number.isFinite(next) ? next : average;
      });
    },
    state: () => ({ count, values: [...values] }),
    restore: (state) => {
      const { count: counted, values: list } = jsonFields(state) ?? {};
      const isOne = typeof counted === 'number' && Array.isArray(list) && list.every(Number.isFinite);
      // a state of another version says nothing
      if (isOne && (from.length || list.length) === list.length) [values, count] = [list as number[], counted];
    },
  };
}

/** The decay of an average that is at first the mean of all numbers, and later forgets the oldest ones by `decay`. */
export function meanThenDecay(decay: number): (count: number) => number {
  return (count) => Math.min(decay, count / (count + 1));
}

/** The parts of an observer that save moving averages and restore them, under the name of the observer. */
export function savedAverages(name: string, averages: Readonly<Record<string, MovingAverage>>) {
  const all = Object.entries(averages);
  return {
    name,
    state: (): Json => Object.fromEntries(all.map(([key, average]) => [key, average.state()])),
    restore: (state: Json): void => {
      for (const [key, average] of all) average.restore(jsonFields(state)?.[key] ?? null);
    },
  };
}
