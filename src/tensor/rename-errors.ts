import type { ShapeError } from './errors.js';

/** The tensors among a function's arguments, by name; undefined for other arguments. */
type Given = Readonly<Record<string, { readonly shape: readonly number[] } | undefined>>;

/** The names by which networks and parts call their input. */
const INPUTS = /^(batch|input|x|xt|z)$/;

/**
 * The result of `work`. If a function called in it throws an error about an argument of `where`, the error names `where` and that
 * argument instead, because the user knows these. The first argument is the one that the inner function is applied to, if
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
  // the error has the array of the tensor's shape itself, which identifies the tensor
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
