import type { Part } from '../nets/network.js';
import type { RandomStream } from '../random/index.js';
import { checkFunction } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { definedBy, named, noteOf, type Defined } from '../tensor/made-by.js';
import { checkJson, isPlain, type Json } from '../training/json.js';
import { isOwnKind } from './architecture-text.js';
import { valueCodecs } from './named-values.js';
import { kindOfPart } from './part-kinds.js';

/** A user's function that makes a part of its options: see {@link definePart}. */
export type MakePart = (options: never) => Part;

/**
 * Names a function of yours that makes a network, a layer or another part, so that {@link saveModel} can write what it makes, and
 * {@link loadModel} can make it again with the option `makers`.
 *
 * A file holds the name, the options and the numbers of all variables. The function takes one record of options: plain data, parts and arrays of
 * parts, random streams, and activations, likelihoods and the like of this library. To load a file, it is called with the same options, parts
 * loaded before and new streams; then its variables and buffers take their numbers from the file.
 *
 * @param name - words with a slash between them, such as `acme/scale`; a file names the function by it
 * @param make - the function. It makes all variables that the parts among its options do not have, and lists these, too
 * @returns the same function, which notes the options on the part that it makes
 * @throws TypeError if the name has no slash; the function throws TypeError if an option is code, or the result is not a part
 * @remarks The options of a file are those that its author wrote. If you load files from others, check sizes before you make a `tf.variable`;
 * the layers of this library make none that the file lacks.
 * @example
 * ```ts
 * const scale = definePart('acme/scale', ({ size }: { size: number }): Network => {
 *   const factors = tf.tidy(() => tf.variable(tf.ones([size])));
 *   return { apply: (x) => tf.mul(x, factors), variables: [factors], dispose: () => factors.dispose() };
 * });
 * const bytes = await saveModel(sequential([scale({ size: 4 }), flatten()]));
 * const loaded = await loadModel(bytes, { makers: [scale], as: 'network' });
 * console.log(loaded.apply(tf.ones([2, 4])).shape); // [2, 4]
 * ```
 */
export function definePart<Make extends MakePart>(name: string, make: Make): Make {
  const where = 'definePart';
  if (typeof name !== 'string' || !isOwnKind(name)) {
    throw wrongKind(where, 'name', "must be words with a slash between them, such as 'acme/scale'", { got: name });
  }
  checkFunction(where, 'make', make);
  const defined = (options: never): Part => {
    const written = writeOptions(name, options);
    const part = make(options);
    if (isPart(part)) return definedBy(part, { kind: name, make, ...written, as: kindOfPart(part) });
    const rule = 'must return a part, with variables and dispose';
    throw wrongKind(where, `make of ${name}`, rule, { got: part });
  };
  return named(name, defined) as Make;
}

/** Whether a value has the members of a part. */
export function isPart(value: unknown): value is Part {
  const { variables, dispose } = (value ?? {}) as Partial<Part>;
  return Array.isArray(variables) && typeof dispose === 'function';
}

/** Separates options into data, parts, and what a file holds in their place; the data are copied. */
function writeOptions(kind: string, options: object | undefined): Pick<Defined, 'options' | 'parts' | 'inputs'> {
  const where = 'definePart';
  if (options !== undefined && (!isPlain(options) || isPart(options))) {
    throw wrongKind(where, `options of ${kind}`, 'must be one record', { got: options });
  }
  // those written by name come first, also when they are loaded, so that a loaded part is saved byte for byte as it was
  const byName: Record<string, Json> = {};
  const plain: Record<string, Json> = {};
  const inputs: Record<string, Defined['inputs'][string]> = {};
  const parts: Part[] = [];
  for (const [name, value] of Object.entries<unknown>({ ...options }).filter(([, value]) => value !== undefined)) {
    const argument = `${name} of ${kind}`;
    if (isPart(value)) inputs[name] = parts.push(value) - 1;
    else if (isStream(value)) inputs[name] = 'random';
    else if (Array.isArray(value) && value.length > 0 && value.every(isPart)) {
      inputs[name] = value.map((part) => parts.push(part) - 1);
    } else if (isNamed(value) && valueCodecs.get(name)?.write(value) !== undefined) {
      [byName[name], inputs[name]] = [valueCodecs.get(name)!.write(value)!, 'value'];
    } else if (typeof value === 'function') {
      const rule = 'must be data, a part, a stream, or a value of this library in the option of its name';
      throw wrongKind(where, argument, rule, { got: value, fix: 'A file holds no code: pass a word instead.' });
    } else {
      checkJson(where, argument, value);
      plain[name] = JSON.parse(JSON.stringify(value)) as Json;
    }
  }
  return { options: { ...byName, ...plain }, parts, inputs };
}

function isStream(value: unknown): boolean {
  const { fork, normal } = Object(value) as Partial<RandomStream>;
  return typeof fork === 'function' && typeof normal === 'function';
}

/** Whether a value is written by name: an activation, a likelihood and the like, or a table of a schedule. */
function isNamed(value: unknown): boolean {
  const { alphaBar } = Object(value) as { readonly alphaBar?: unknown };
  return noteOf(Object(value) as object)?.kind !== undefined || ArrayBuffer.isView(alphaBar);
}
