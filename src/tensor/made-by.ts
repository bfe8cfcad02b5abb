import type { Complete } from './options.js';

/**
 * A note on a value about the function that made it. Model files, state dicts and checkpoints describe the value by this note. Every
 * copy of this library uses the same symbol, so an entry loaded by `require` recognises values from one loaded by `import`. If a user
 * spreads a record of ours, the copy has no note: it is the user's own.
 */
const MADE: unique symbol = Symbol.for('tfjs-generative: made by') as never;

/** A note about the function that made a value. */
export interface Made<Part = object> {
  /** The name of the library function that made it, or of the value itself; undefined for a part inside another function's result. */
  readonly kind?: string | undefined;
  /** All options of that function, without networks and random streams; undefined if it has none. */
  readonly options?: object | undefined;
  /** The networks that it combines, in the order of their variables. */
  readonly parts?: readonly Part[] | undefined;
  /**
   * How many class labels it accepts as `options.condition`; 0 if it ignores the condition, undefined if it takes vectors or if this is
   * unknown.
   */
  readonly classes?: number | undefined;
  /** The further conditions that it reads itself, besides its parts: how many labels each accepts, undefined for other numbers. */
  readonly reads?: Readonly<Record<string, number | undefined>> | undefined;
  /** The fork names of the stream from which its numbers were drawn; undefined if none were. */
  readonly path?: readonly string[] | undefined;
  /** For a variable of a part of which others are frozen: all variables of the part. Files list them in this order. */
  readonly among?: readonly object[] | undefined;
  /** The user's function that made it, besides the function of ours, if any. */
  readonly defined?: Defined<Part> | undefined;
}

/**
 * Adds to the note on a value, and returns the value. A value must get its note before it is frozen. Notes can be extended, because
 * functions that make a value call each other: `mlp` names the network that `sequential` made.
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

/**
 * Notes that a library function made a value with these options, as `readOptions` returned them, or with none; returns the value. A file
 * that holds them all does not depend on defaults, which a later version may change.
 */
export function madeBy<T extends object, O extends Complete | Readonly<Record<string, never>>>(
  kind: string,
  read: O,
  value: T,
): T {
  const { random, ...options } = read as Readonly<Record<string, unknown>> & { readonly random?: Drawn };
  return note(value, { kind, options, path: random?.state().path });
}

/** The stream among the options of a function. */
interface Drawn {
  state(): { readonly path: readonly string[] };
}

/** Notes the name of a value without options, such as an activation; returns the value. */
export function named<T extends object>(kind: string, value: T): T {
  return Object.defineProperty(value, MADE, { value: { kind } });
}

/** How a user's function made a part, for model files. */
export interface Defined<Part = object> {
  /** The name that the user gave the function; it contains a slash. */
  readonly kind: string;
  /** The function, to recognise another one of the same name. */
  readonly make: unknown;
  /** Its options as JSON, without those of `inputs`; named values by name. */
  readonly options: object;
  /** The parts among its options. */
  readonly parts: readonly Part[];
  /** Where each option that JSON cannot hold comes from: indices of `parts`, a new stream, or a value by its name. */
  readonly inputs: Readonly<Record<string, number | readonly number[] | 'random' | 'value'>>;
  /** The kind of part that it made. */
  readonly as: string;
}

/** Notes which user's function made a part; returns the part, or a copy if it cannot be extended or is one of ours, whose note stays. */
export function definedBy<T extends object>(value: T, defined: Defined): T {
  const known = noteOf(value);
  if (known === undefined && Object.isExtensible(value)) return note(value, { defined });
  const copy = Object.assign(Object.create(Object.getPrototypeOf(value) as object) as T, value);
  return Object.freeze(note(copy, { ...known, defined }));
}

/** The name of the function that made a value, with its options. */
export interface Settings {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** The settings with which a value was made, such as the variance of a likelihood; undefined if they are unknown or if it has none. */
export function settingsOf(value: object): Settings | undefined {
  const { kind, options } = noteOf(value) ?? {};
  return options && { name: kind!, ...options };
}
