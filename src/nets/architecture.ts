import type { Part } from './network.js';

/** How a part was made: by which function, with what options, of which networks. */
export interface Architecture {
  /** The name of the function of this library that made it; undefined inside of what another function makes. */
  readonly kind?: string | undefined;
  /** What that function was given, networks apart. */
  readonly options: object;
  /** The networks that it joins, in the order of their variables; none of a layer. */
  readonly parts: readonly Part[];
}

/** By the part: a record that a user makes of one of ours, by spreading it, is a part of their own. */
const architectures = new WeakMap<Part, Architecture>();

/** Notes that a function of this library made the part, with these options; returns the part. */
export function madeBy<P extends Part>(kind: string, options: object, part: P): P {
  architectures.set(part, { parts: [], ...architectures.get(part), kind, options: { ...options } });
  return part;
}

/** Notes of which networks a part is made; returns the part. */
export function madeOf<P extends Part>(parts: readonly Part[], part: P): P {
  architectures.set(part, { options: {}, parts });
  return part;
}

/** How a part was made; undefined of one that a user made. */
export function architectureOf(part: Part): Architecture | undefined {
  return architectures.get(part);
}
