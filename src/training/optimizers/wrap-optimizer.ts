import type { Optimizer } from './optimizer.js';

/** All members that an optimizer may have. The compiler rejects a list that lacks one. */
const MEMBERS = {
  prepare: true,
  apply: true,
  state: true,
  restore: true,
  dispose: true,
  observe: true,
  observers: true,
  learningRate: true,
  settings: true,
  skipped: true,
  mayGrowLarge: true,
} satisfies Record<keyof Optimizer, true>;

/**
 * An optimizer that behaves like `inner`, except for the members in `own`. The others are read from `inner` at each use, because some
 * change: `skipped` exists from `prepare` on.
 */
export function wrapOptimizer<Own extends Partial<Optimizer>>(inner: Optimizer, own: Own): Optimizer & Own {
  const inherited = Object.keys(MEMBERS).map((member): [string, PropertyDescriptor] => {
    const get = (): unknown => {
      const value: unknown = inner[member as keyof Optimizer];
      // an optimizer may be an instance of a class
      return typeof value === 'function' ? value.bind(inner) : value;
    };
    return [member, { enumerable: true, get }];
  });
  const members = { ...Object.fromEntries(inherited), ...Object.getOwnPropertyDescriptors(own) };
  return Object.freeze(Object.defineProperties({}, members)) as Optimizer & Own;
}
