import { jsonFields, type Json } from '../training/json.js';

/** How many updates later a step is recorded again: beyond warm-ups, cycles and long schedules. */
export const LATER = [1117, 1000003] as const;

/** The plain state of a trainer so many updates later: its counters are further, its random stream is the same. */
export function later(plain: Json, by: number, isCount = false): Json {
  if (typeof plain === 'number') return isCount ? plain + by : plain;
  const fields = Array.isArray(plain) ? undefined : jsonFields(plain);
  if (!fields) return plain;
  return Object.fromEntries(
    Object.entries(fields).map(([name, field]) =>
      name === 'random' ? [name, field!] : [name, later(field!, by, isCount || /^(steps|updates|calls)$/.test(name))],
    ),
  );
}
