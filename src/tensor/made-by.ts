/**
 * A note of what made a value, on the value itself: model files, state dicts and checkpoints take from it what they say about the value.
 * Every copy of this library uses the same symbol, so that an entry loaded by `require` recognises what one loaded by `import` made. A
 * record that a user makes by spreading one of ours does not carry the note: it is the user's own.
 */
const MADE: unique symbol = Symbol.for('tfjs-generative: made by') as never;

/** A note of what made a value. */
export interface Made<Part = object> {
  /** The name of the library function that made it, or of the value itself; undefined for a part inside another function's result. */
  readonly kind?: string | undefined;
  /** The options of that function, without networks; undefined if the name says everything. */
  readonly options?: object | undefined;
  /** The networks that it joins, in the order of their variables. */
  readonly parts?: readonly Part[] | undefined;
  /** How many class labels it accepts as `options.condition`; 0 if it ignores a condition, undefined if it takes vectors or if unknown. */
  readonly classes?: number | undefined;
}

/**
 * Adds to the note on a value, which must have one before it is frozen; returns the value. The note stays open, because functions that
 * make a value call each other: `mlp` names what `sequential` joined.
 */
export function note<T extends object>(value: T, made: Made): T {
  const known = noteOf(value);
  if (known === undefined) Object.defineProperty(value, MADE, { value: made });
  else Object.assign(known, made);
  return value;
}

/** The note on a value; undefined for a user's own value. */
export function noteOf<T extends object>(value: T): Made<T> | undefined {
  return (value as { readonly [MADE]?: Made<T> })[MADE];
}

/** Notes that a library function made a value with these options; returns the value. */
export function madeBy<T extends object>(kind: string, options: object, value: T): T {
  return note(value, { kind, options: { ...options } });
}

/** Notes the name of a value without options, such as an activation; returns the value. */
export function named<T extends object>(kind: string, value: T): T {
  return Object.defineProperty(value, MADE, { value: { kind } });
}

/** The name of the function that made a value, and its options. */
export interface Settings {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** The settings that a value was made with, such as the variance of a likelihood; undefined if unknown or if it has none. */
export function settingsOf(value: object): Settings | undefined {
  const { kind, options } = noteOf(value) ?? {};
  return options && { name: kind!, ...options };
}
