/**
 * What made a value, noted on the value itself. Model files, state dicts and checkpoints derive from it all that they say of the value.
 * The symbol is the same in every copy of this library, so that an entry that was loaded by `require` knows what one loaded by `import`
 * has made. A record that a user makes of one of ours, by spreading it, does not carry the note: it is one of their own.
 */
const MADE: unique symbol = Symbol.for('tfjs-generative: made by') as never;

/** A note of what made a value. */
export interface Made<Part = object> {
  /** The name of the function of this library that made it, or of the value itself; undefined inside of what another function makes. */
  readonly kind?: string | undefined;
  /** What that function was given, networks apart; undefined if it is a value that is known by its name alone. */
  readonly options?: object | undefined;
  /** The networks that it joins, in the order of their variables; none if absent. */
  readonly parts?: readonly Part[] | undefined;
  /** How many labels it takes as `options.condition`: 0 if it ignores a condition, undefined if it takes vectors, or if nobody knows. */
  readonly classes?: number | undefined;
}

/**
 * Adds to the note on a value; returns the value. The first note comes before the record is frozen. It stays open, as functions that
 * make a value call each other: `mlp` names what `sequential` has joined.
 */
export function note<T extends object>(value: T, made: Made): T {
  const known = noteOf(value);
  if (known === undefined) Object.defineProperty(value, MADE, { value: made });
  else Object.assign(known, made);
  return value;
}

/** The note of what made a value; undefined if it is the user's own. */
export function noteOf<T extends object>(value: T): Made<T> | undefined {
  return (value as { readonly [MADE]?: Made<T> })[MADE];
}

/** Notes that a function of this library made a value, with these options; returns the value. */
export function madeBy<T extends object>(kind: string, options: object, value: T): T {
  return note(value, { kind, options: { ...options } });
}

/** Notes the name of a value that needs no options, such as an activation; returns the value. */
export function named<T extends object>(kind: string, value: T): T {
  return Object.defineProperty(value, MADE, { value: { kind } });
}

/** The name of what made a value, and the options that it was given. */
export interface Settings {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** What a value was made with, such as the variance of a likelihood; undefined if nobody knows, or if its name says it all. */
export function settingsOf(value: object): Settings | undefined {
  const { kind, options } = noteOf(value) ?? {};
  return options && { name: kind!, ...options };
}
