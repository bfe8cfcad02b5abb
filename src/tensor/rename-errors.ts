import type { ShapeError } from './errors.js';

/** What a function was given, by the names of its arguments; undefined for one that is no tensor. */
type Given = Readonly<Record<string, { readonly shape: readonly number[] } | undefined>>;

/** What networks and parts call the tensor that they are applied to. */
const INPUTS = /^(batch|input|x|xt|z)$/;

/**
 * The result of `work`. If a function within it complains about something that `where` was given, the error names `where` and its
 * argument instead, as these are what the user knows. The first argument is the one that the function within is applied to, if
 * it is applied to one (`isApplied`).
 */
export function renameErrors<T>(where: string, given: Given, work: () => T, isApplied = true): T {
  try {
    return work();
  } catch (error) {
    throw renamed(error, where, given, isApplied);
  }
}

function renamed(error: unknown, where: string, given: Given, isApplied: boolean): unknown {
  const { received, message = '' } = Object(error) as ShapeError;
  // errors of ours begin like this
  const [begin = '', inner = ''] = /^[\w.]+: `([^`]+)`/.exec(message) ?? [];
  const names = Object.keys(given);
  const isInput = INPUTS.test(inner);
  const called = names.includes(inner) ? inner : isApplied && isInput ? names[0] : undefined;
  // a check passes on the very array that is the tensor's shape, so it tells which tensor is meant
  const meant = received && names.find((name) => given[name]?.shape === received);
  const argument =
    meant && (called !== undefined || isInput || inner.startsWith('options.'))
      ? meant
      : received && given[called!]
        ? undefined
        : called;
  if (argument === undefined) return error;
  const Kind = (error as Error).constructor as typeof ShapeError;
  return new Kind(`${where}: \`${argument}\`${message.slice(begin.length)}`, { ...(error as ShapeError), argument });
}
