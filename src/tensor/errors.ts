/**
 * A tensor has the wrong shape. `expected` and `received` hold both shapes; `null` in `expected` stands for any size.
 *
 * @example
 * ```ts
 * try { gaussianKl(posterior); } catch (error) { if (error instanceof ShapeError) console.log(error.argument); }
 * ```
 */
export class ShapeError extends RangeError {
  /** Always `ShapeError`. */
  override readonly name = 'ShapeError';
  /** The argument that has the wrong shape. */
  declare readonly argument: string;
  /** The shape that was needed; `null` stands for any size. */
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

/** What every error of this library says: which argument broke which rule, the value received, and what to do. */
export interface Complaint {
  /** The public function that was called. */
  readonly where: string;
  readonly argument: string;
  /** Follows the argument's name: "must be a positive integer". */
  readonly rule: string;
  /** The value that broke the rule. */
  readonly got?: unknown;
  /** In place of `got`: what was found, in words. */
  readonly seen?: string | undefined;
  /** One sentence that states the remedy. */
  readonly fix?: string | undefined;
}

/** Characters in a sentence at most, with room for the step that `train` adds. */
const LONGEST = 270;

/**
 * Writes the sentence of an error: "elbo: `x` must be float32; got int32. Divide by 255." What may come from a file or a user is cut
 * short, and cannot steer a terminal.
 */
export function sentence({ where, argument, rule, got, seen = describe(got), fix = '' }: Complaint): string {
  const name = shortened(argument, 60);
  const write = (text: string): string => visible(`${where}: \`${name}\` ${rule}; got ${text}. ${fix}`.trimEnd());
  const excess = write(seen).length - LONGEST;
  return excess <= 0 ? write(seen) : shortened(write(shortened(seen, Math.max(20, seen.length - excess))), LONGEST);
}

/** The text, or its beginning with three dots. */
function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}

/** Control characters, marks that change the direction of writing, and lone halves of characters as `\\u001b`. */
function visible(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** An argument of the wrong kind. */
export function wrongKind(complaint: Complaint): TypeError {
  return new TypeError(sentence(complaint));
}

/** A number outside its range. */
export function outOfRange(complaint: Complaint): RangeError {
  return new RangeError(sentence(complaint));
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
    sentence({ where, argument, rule: `must have shape ${shapeText(expected)}`, seen: shapeText(received), fix }),
    { argument, expected, received },
  );
}

/** Writes a shape as `[batch sizes, ?]`; `?` is any size. */
export function shapeText(shape: readonly (number | null)[]): string {
  return `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

/** Names a value in a few words, and reads no device for them. */
function describe(value: unknown, isInner = false): string {
  if (typeof value === 'string') return `'${value.length > 60 ? `${value.slice(0, 60)}...` : value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function ${value.name}`;
  if (value === null || typeof value !== 'object') return String(value);
  const { dataId, isDisposed, shape, dtype, length } = value as Record<string, unknown>;
  if (dataId !== undefined) {
    return `a ${isDisposed === true ? 'disposed' : String(dtype)} tensor of shape ${shapeText(shape as number[])}`;
  }
  if (Array.isArray(value)) return isInner || value.length > 8 ? `an array of ${value.length}` : listText(value);
  const name = value.constructor?.name;
  if (name !== undefined && name !== 'Object') {
    return typeof length === 'number' ? `${name} of length ${length}` : `an instance of ${name}`;
  }
  const keys = Object.keys(value);
  return keys.length === 0 ? '{}' : `{ ${keys.slice(0, 8).join(', ')}${keys.length > 8 ? ', ...' : ''} }`;
}

function listText(values: readonly unknown[]): string {
  return `[${values.map((value) => describe(value, true)).join(', ')}]`;
}

/** An error that a user can act on, in place of tfjs's "Kernel 'X' not registered for backend 'Y'"; or undefined. */
export function missingKernel(error: unknown): Error | undefined {
  const message = error instanceof Error ? error.message : '';
  const match =
    /Kernel '(\w+)' not registered for backend '(\w+)'/.exec(message) ??
    /registered kernel '(\w+)' for backend '(\w+)'/.exec(message);
  if (match === null) return undefined;
  const [, kernel, backend] = match;
  const remedy =
    backend === 'wasm'
      ? "call `await enableWasmTraining()` from 'tfjs-generative/wasm' before training"
      : 'choose another backend with tf.setBackend';
  return new Error(`The kernel \`${kernel}\` is missing on the backend '${backend}': ${remedy}.`, { cause: error });
}
