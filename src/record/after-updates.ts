import { jsonFields, type Json } from '../training/json.js';

/**
 * The counts of updates at which a step is recorded besides: the first, and two beyond warm-ups, cycles and long schedules. They are the same
 * whenever it is recorded, so that the inputs are the same, too.
 */
export const COUNTS = [0, 1117, 1000003] as const;

/** The plain state of a trainer after so many updates: all counters have this value, its random stream is the same. */
export function afterUpdates(plain: Json, count: number, isCount = false): Json {
  if (typeof plain === 'number') return isCount ? count : plain;
  const fields = jsonFields(plain);
  if (!fields) return plain;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) =>
      name === 'random'
        ? [name, field]
        : [name, afterUpdates(field, count, isCount || /^(steps|updates|calls)$/.test(name))],
    ),
  );
}
