/**
 * The settings that a function or record was made with, such as the variance of a likelihood: a checkpoint stores them, and a load
 * compares them. They are stored on the value itself. If a user spreads the record into another one, they are lost.
 */
const SETTINGS: unique symbol = Symbol.for('tfjs-generative: settings') as never;

/** The name of the function that made a value, and its numbers. */
export interface Settings {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** Stores settings on a function or record, before it is frozen; returns it. */
export function withSettings<T extends object>(value: T, settings: Settings): T {
  return Object.defineProperty(value, SETTINGS, { value: settings });
}

/** The settings that a value was made with; undefined if unknown. */
export function settingsOf(value: object): Settings | undefined {
  return (value as { readonly [SETTINGS]?: Settings })[SETTINGS];
}
