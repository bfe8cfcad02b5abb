import { jsonFields, type Json } from '../training/json.js';

/** Number of observations before the first verdict. */
export const MIN_OBSERVATIONS = 50;
/** The decay of an average over the last few observations. */
export const SHORT_DECAY = 0.7;
/** The decay of an average over about the last twenty observations. */
export const LONG_DECAY = 0.95;

/** A moving average of several numbers, on the host. */
export interface MovingAverage {
  /** Adds the next numbers; one that is not finite changes nothing. */
  add(numbers: ArrayLike<number>): void;
  /** The averages. */
  readonly values: readonly number[];
  /** How often numbers were added. */
  readonly count: number;
  state(): Json;
  restore(state: Json): void;
}

/**
 * Makes a moving average: number + decay (average - number).
 *
 * @param from - the averages before the first numbers; an empty array if it is not known how many numbers there will be, and the first numbers then take their place
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
      const isState = typeof counted === 'number' && Array.isArray(list) && list.every(Number.isFinite);
      // a state of another version is ignored
      if (isState && (from.length || list.length) === list.length) [values, count] = [list as number[], counted];
    },
  };
}

/** The decay of an average that is at first the mean of all numbers, and later forgets the oldest ones by `decay`. */
export function meanThenDecay(decay: number): (count: number) => number {
  return (count) => Math.min(decay, count / (count + 1));
}

/** The members of an observer that save and restore moving averages, and its name. */
export function averagesState(name: string, averages: Readonly<Record<string, MovingAverage>>) {
  const all = Object.entries(averages);
  return {
    name,
    state: (): Json => Object.fromEntries(all.map(([key, average]) => [key, average.state()])),
    restore: (state: Json): void => {
      for (const [key, average] of all) average.restore(jsonFields(state)?.[key] ?? null);
    },
  };
}
