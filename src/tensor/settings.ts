/**
 * What a function or record was made with, such as the variance of a likelihood: a checkpoint holds it, and a load compares it.
 * It is written on the value itself, and is lost where a user spreads the record into one of their own.
 */
const SETTINGS: unique symbol = Symbol.for('tfjs-generative: settings') as never;

/** The name of what made a value, and the numbers that it was given. */
export interface Settings {
  readonly name: string;
  readonly [option: string]: unknown;
}

/** Notes on a function or record, before it is frozen, what it was made with; returns it. */
export function withSettings<T extends object>(value: T, settings: Settings): T {
  return Object.defineProperty(value, SETTINGS, { value: settings });
}

/** What a value was made with; undefined if nobody knows. */
export function settingsOf(value: object): Settings | undefined {
  return (value as { readonly [SETTINGS]?: Settings })[SETTINGS];
}
