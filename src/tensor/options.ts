import type { Bounds } from './checks.js';
import { notAwaited, notCalled, wrongKind } from './errors.js';
import { checkObject, checkSignal } from './plain-checks.js';

/** The arguments that a check may need besides the value. */
type Limits = Bounds & { readonly exactly?: number; readonly of?: readonly string[] };

/** How a value is checked: by `is`, to which the other members are passed as limits. Without `is` there is no check. */
type Checked<T> = {
  readonly is?: (where: string, argument: string, value: T, limits: Limits) => void;
} & Limits;

/**
 * The rule of one option. An option that may be left out has a default, which is not checked and may be `undefined`. If nothing else is
 * needed, a function that checks the value also serves as a rule.
 */
type Rule<T> = undefined extends T
  ? Checked<Exclude<T, undefined>> & { readonly default: T }
  : (Checked<T> & { readonly default?: never }) | ((where: string, argument: string, value: T) => void);

/** A rule for each option. Options are checked, and errors list them, in the order of these rules. */
export type Rules<O extends object> = { readonly [Name in keyof O]-?: Rule<O[Name]> };

/** Options that have been read, with all defaults: notes, which files are written from, accept nothing less. Only the types have the tag. */
export interface Complete {
  readonly [Symbol.toStringTag]: 'options with all defaults';
}

/** The options that {@link readOptions} returns: those with a default are never absent. */
export type Read<O extends object, R> = Complete & {
  readonly [Name in keyof O & keyof R]: R[Name] extends { readonly default: infer Default }
    ? undefined extends Default
      ? O[Name]
      : Exclude<O[Name], undefined>
    : O[Name];
};

/** The rule of an option that may be left out and needs no check. */
export const optional = { default: undefined } as const;

/** The rule of an option that may be left out, and is a record that is checked elsewhere. */
export const nested = { is: checkObject, default: undefined } as const;

/** The rule of an AbortSignal, which may be left out. */
export const signalRule = { is: checkSignal, default: undefined } as const;

/** Rules with a limit that their check does not know become `never`, so that no limit is stated and not checked. */
type Obeyed<R> = {
  readonly [Name in keyof R]: R[Name] extends {
    readonly is: (where: string, argument: string, value: never, limits?: infer L) => void;
  }
    ? Exclude<keyof R[Name], 'is' | 'default' | keyof Exclude<L, undefined>> extends never
      ? unknown
      : never
    : unknown;
};

/**
 * Checks the options of the public function `where`, and returns them with their defaults. Throws if they are not an object, if a key
 * has no rule (a misspelt option would otherwise be ignored silently), or if a value breaks its rule.
 */
export function readOptions<O extends object, const R extends Rules<O>>(
  where: string,
  options: O,
  rules: R & { readonly [Name in Exclude<keyof R, keyof O>]: never } & Obeyed<R>,
  argument = 'options',
): Read<O, R> {
  const must = `must be an object with the keys ${Object.keys(rules).join(', ')}`;
  const { dataId, then } = (options ?? {}) as { readonly dataId?: unknown; readonly then?: unknown };
  // lists, maps and dates have no keys, so that nothing would seem to be misspelt
  if (Object.prototype.toString.call(options) !== '[object Object]' || (dataId ?? then) !== undefined) {
    throw wrongKind(where, argument, must, { got: options, fix: notCalled(options) ?? notAwaited(options) });
  }
  const unknown = Object.entries(options).find(([name, value]) => value !== undefined && !Object.hasOwn(rules, name));
  if (unknown !== undefined) throw wrongKind(where, argument, must, { seen: `the key '${unknown[0]}'` });
  const prefix = argument === 'options' ? '' : `${argument}.`;
  const read: Record<string, unknown> = {};
  for (const [name, rule] of Object.entries<AnyRule>(rules)) {
    const value: unknown = (read[name] = options[name as keyof O]);
    if (typeof rule === 'function') rule(where, prefix + name, value);
    else if (value === undefined && 'default' in rule) read[name] = rule.default;
    else rule.is?.(where, prefix + name, value, rule);
  }
  return read as Read<O, R>;
}

type AnyRule =
  | (Checked<unknown> & { readonly default?: unknown })
  | ((where: string, argument: string, value: unknown) => void);
