/**
 * A tensor has the wrong shape. `expected` and `received` hold both shapes; `null` in `expected` means any size.
 *
 * @example
 * ```ts
 * try {
 *   gaussianKl(posterior);
 * } catch (error) {
 *   if (error instanceof ShapeError) console.log(error.argument);
 * }
 * ```
 */
export class ShapeError extends RangeError {
  /** Always `ShapeError`. */
  override readonly name = 'ShapeError';
  /** The argument that has the wrong shape. */
  declare readonly argument: string;
  /** The shape that was expected; `null` means any size. */
  declare readonly expected: readonly (number | null)[];
  /** The shape that was given. */
  declare readonly received: readonly number[];

  constructor(
    message: string,
    details: {
      readonly argument: string;
      readonly expected: readonly (number | null)[];
      readonly received: readonly number[];
    },
  ) {
    super(message);
    Object.assign(this, details);
  }
}

/**
 * The content of every error of this library: the public function that was called, the argument that broke a rule, the rule, such
 * as "must be a positive integer", and what was found.
 */
type Complaint = readonly [where: string, argument: string, rule: string, found: Found];

/** The value that an error reports, and the remedy. */
export interface Found {
  /** The value that broke the rule. */
  readonly got?: unknown;
  /** Instead of `got`: what was found, in words. */
  readonly seen?: string | undefined;
  /** One sentence that states the remedy. */
  readonly fix?: string | undefined;
}

/** The largest number of characters in a message, with room for the step that `train` adds. */
const LONGEST = 270;

/**
 * Writes the message of an error: "elbo: `x` must be float32; got int32. Divide by 255." Text that may come from a file or a user is
 * truncated and cannot control a terminal.
 */
export function sentence(...[where, argument, rule, { got, seen = describe(got), fix = '' }]: Complaint): string {
  const whole = visible(`${where}: \`${cut(argument)}\` ${rule}; got ${cut(seen, 120)}. ${fix}`.trimEnd());
  // no full stop after an ellipsis
  return cut(whole.replaceAll('....', '...'), LONGEST);
}

/** Escapes control characters, marks that change the direction of writing, and lone surrogates, as `\\u001b`. */
function visible(text: string): string {
  return text.replace(/[\p{C}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** Whether an error is one of ours, with a message by {@link sentence}. */
export function isOurs(error: unknown): error is Error {
  return error instanceof Error && /^[\w.]+: `/.test(error.message);
}

/** An argument of the wrong kind. */
export function wrongKind(...complaint: Complaint): TypeError {
  return new TypeError(sentence(...complaint));
}

/** A number outside its range. */
export function outOfRange(...complaint: Complaint): RangeError {
  return new RangeError(sentence(...complaint));
}

/** An argument of the right kind that cannot be used. */
export function unusable(...complaint: Complaint): Error {
  return new Error(sentence(...complaint));
}

/** A tensor of the wrong shape. */
export function wrongShape(
  where: string,
  argument: string,
  expected: readonly (number | null)[],
  received: readonly number[],
  fix?: string,
): ShapeError {
  return new ShapeError(
    sentence(where, argument, `must have shape ${shapeText(expected)}`, { seen: shapeText(received), fix }),
    { argument, expected, received },
  );
}

/** The remedy if `value` is a function that should have been called; undefined otherwise. */
export function notCalled(value: unknown): string | undefined {
  return typeof value === 'function' && value.name ? `Call it: ${value.name}(...).` : undefined;
}

/** The remedy if `value` is a promise, whose own error is ignored; undefined otherwise. */
export function notAwaited(value: unknown): string | undefined {
  const promise = (value as Promise<unknown> | null | undefined)?.catch?.(() => undefined);
  return promise && 'Put await before what gives it.';
}

/** Writes a shape as `[batch sizes, ?]`; `?` means any size. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

/** Describes a value in a few words, without reading the device. */
function describe(value: unknown, isInner = false): string {
  if (typeof value === 'string') return `'${cut(value)}'`;
  if (typeof value === 'function') return value.name ? `the function ${value.name}` : 'a function';
  if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? `${value}n` : String(value);
  const { dataId, isDisposed, shape, dtype, length, constructor } = value as Described;
  if (dataId) return `a ${isDisposed ? 'disposed' : dtype} tensor of shape ${shapeText(shape)}`;
  const name = constructor?.name ?? 'Object';
  if (Array.isArray(value) && !isInner && length! <= 8) {
    return `[${value.map((inner) => describe(inner, true)).join(', ')}]`;
  }
  if (name !== 'Object') return length === undefined ? `an instance of ${name}` : `${name} of length ${length}`;
  const keys = cut(Object.keys(value).join(', '));
  return keys ? `{ ${keys} }` : '{}';
}

/** The properties that a description uses: of a tensor, an array, or any other object. */
interface Described {
  readonly dataId?: object;
  readonly isDisposed: boolean;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly length?: number;
  readonly constructor?: { readonly name?: string };
}

/** The beginning of a text, which may be long: up to the end of a word, unless the next one is long. */
export function cut(text: string, length = 63): string {
  return text.length > length ? `${text.slice(0, length - 2).replace(/[.,:;( ]* \S{0,29}$|.$/s, '')}...` : text;
}

/** An error that helps a user, instead of tfjs's "Kernel 'X' not registered for backend 'Y'"; undefined for other errors. */
export function missingKernel(error: unknown): Error | undefined {
  const match = /[Kk]ernel '(\w+)' (?:not registered )?for backend '(\w+)'/.exec(String(error));
  if (match === null) return undefined;
  const [, kernel, backend] = match;
  const remedy =
    backend === 'wasm'
      ? "call `await enableWasmTraining()` from 'tfjs-generative/wasm' before training"
      : 'choose another backend with tf.setBackend';
  return new Error(`The kernel \`${kernel}\` is missing on the backend '${backend}': ${remedy}.`, { cause: error });
}
