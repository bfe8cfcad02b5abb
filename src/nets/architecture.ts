import type { Part } from './network.js';

/** How a part was made: by which function, with what options, of which networks. */
export interface Architecture {
  /** The name of the library function that made it; undefined for a part inside another function's result. */
  readonly kind?: string | undefined;
  /** The options of that function, without networks. */
  readonly options: object;
  /** The networks that it joins, in the order of their variables; empty for a layer. */
  readonly parts: readonly Part[];
}

/** Keyed by the part itself: a record that a user makes by spreading one of ours is the user's own part. */
const architectures = new WeakMap<Part, Architecture>();

/** Records that a library function made the part with these options; returns the part. */
export function madeBy<P extends Part>(kind: string, options: object, part: P): P {
  architectures.set(part, { parts: [], ...architectures.get(part), kind, options: { ...options } });
  return part;
}

/** Records the networks that the part consists of; returns the part. */
export function madeOf<P extends Part>(parts: readonly Part[], part: P): P {
  architectures.set(part, { options: {}, parts });
  return part;
}

/** How a part was made; undefined for a user's own part. */
export function architectureOf(part: Part): Architecture | undefined {
  return architectures.get(part);
}
