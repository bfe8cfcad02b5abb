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

/**
 * What every error of this library says: the public function that was called, which of its arguments broke which rule, such as
 * "must be a positive integer", and what was found.
 */
type Complaint = readonly [where: string, argument: string, rule: string, found: Found];

/** What an error says it got, and what to do. */
export interface Found {
  /** The value that broke the rule. */
  readonly got?: unknown;
  /** In place of `got`: what was found, in words. */
  readonly seen?: string | undefined;
  /** One sentence that states the remedy. */
  readonly fix?: string | undefined;
}

/** Writes the sentence of an error: "elbo: `x` must be float32; got int32. Divide by 255." */
export function sentence(...[where, argument, rule, { got, seen = describe(got), fix = '' }]: Complaint): string {
  return `${where}: \`${argument}\` ${rule}; got ${seen}. ${fix}`.trimEnd();
}

/** An argument of the wrong kind. */
export function wrongKind(...complaint: Complaint): TypeError {
  return new TypeError(sentence(...complaint));
}

/** A number outside its range. */
export function outOfRange(...complaint: Complaint): RangeError {
  return new RangeError(sentence(...complaint));
}

/** An argument of the right kind that does not serve. */
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
