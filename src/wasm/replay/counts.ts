import { jsonFields, type Json } from '../../training/json.js';

/** How a step changes the plain state of a trainer: what it adds to each count. */
export type Change = number | { readonly [name: string]: Change };

/** The streams of a trainer, which the draws of a step move. */
const STREAM = 'random';

/** What a step added to counts; undefined if it changed anything else. */
export function changeBetween(before: Json, after: Json): Change | undefined {
  if (typeof before === 'number' && typeof after === 'number') return after - before;
  const [old, now] = [jsonFields(before), jsonFields(after)];
  if (!old || !now) return JSON.stringify(before) === JSON.stringify(after) ? {} : undefined;
  if (Object.keys(old).join() !== Object.keys(now).join()) return undefined;
  const changes: Record<string, Change> = {};
  for (const [name, value] of Object.entries(old)) {
    if (name === STREAM) continue;
    const change = changeBetween(value, now[name]!);
    if (change === undefined) return undefined;
    changes[name] = change;
  }
  return changes;
}

/** The plain state after so many steps with the same change. */
export function advanced(plain: Json, change: Change, steps: number): Json {
  if (typeof change === 'number') return (plain as number) + steps * change;
  const fields = jsonFields(plain);
  if (!fields) return plain;
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      const own = change[name];
      return [name, own === undefined ? value : advanced(value, own, steps)];
    }),
  );
}
