import { checkNumber } from '../../tensor/checks.js';
import { jsonFields, type Json } from '../../training/json.js';

/** The means of metrics over the updates of an epoch; values that are not finite are ignored. */
export interface EpochMeans {
  add(valueOf: (name: string) => number): void;
  /** The means; NaN for a metric without a finite value. */
  read(): Readonly<Record<string, number>>;
  clear(): void;
  /** The sums so far, so that a run that is saved in the middle of an epoch can continue them. */
  state(): Json;
  restore(state: Json): void;
}

/** Makes empty sums. They are in float64 and in the order of the updates, so they do not depend on how a run is divided. */
export function createEpochMeans(names: readonly string[]): EpochMeans {
  const none = (): Record<string, readonly [sum: number, count: number]> =>
    Object.fromEntries(names.map((name) => [name, [0, 0] as const]));
  let sums = none();
  return {
    add: (valueOf) => {
      for (const name of names) {
        const value = valueOf(name);
        if (Number.isFinite(value)) sums[name] = [sums[name]![0] + value, sums[name]![1] + 1];
      }
    },
    read: () => Object.fromEntries(names.map((name) => [name, sums[name]![0] / sums[name]![1]])),
    clear: () => {
      sums = none();
    },
    state: () => ({ ...sums }),
    restore: (state) => {
      const fields = jsonFields(state) ?? {};
      const read = names.map((name) => {
        const [sum, count] = [fields[name]].flat() as [unknown, unknown];
        checkNumber('epochRules.restore', `state.means.${name}`, sum);
        checkNumber('epochRules.restore', `state.means.${name}`, count, { least: 0 });
        return [name, [sum, count] as const] as const;
      });
      sums = Object.fromEntries(read);
    },
  };
}
