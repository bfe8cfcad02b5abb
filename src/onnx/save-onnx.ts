import type { Part } from '../nets/network.js';
import { checkBoolean, checkObject } from '../tensor/plain-checks.js';
import { cut, isOurs, unusable, wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import { withCause } from '../tensor/with-cause.js';
import { LARGEST_HALF } from '../training/saving/halves.js';
import { weightsOf } from './build-layer.js';
import { createGraph, type Given, type Value } from './graph.js';
import { inputOf } from './input-of.js';
import { kinds } from './kinds.js';
import type { InputShape, Layer } from './layer.js';
import { readModel } from './read-model.js';
import { layerOf, readPart } from './read-part.js';
import { unknownIn, wayAround } from './refusals.js';
import { writeModel, type OnnxModel } from './write-model.js';

const where = 'saveOnnx';

/** The inputs of an exported model: `x`, or `z` of a decoder or generator, and those that its layers read besides, such as named conditions. */
export type OnnxInput = 'x' | 'z' | 'timesteps' | 'stepSize' | 'condition' | 'latents' | (string & {});

/** Options of {@link saveOnnx}. */
export interface SaveOnnxOptions {
  /**
   * Shapes of one example, without the batch axis, for inputs whose layers accept several: `{ x: [28, 28, 1] }` fixes the size of images;
   * `{ condition: [10] }` makes the condition a vector instead of a label. By default, the layers decide.
   */
  readonly inputs?: Readonly<Partial<Record<OnnxInput, readonly number[] | undefined>>> | undefined;
  /** Whether weights are rounded to 16 bits, which halves the file; they are widened again when the model is loaded. Default false. */
  readonly half?: boolean | undefined;
  /** The name of the part in a model file that has several; none by default. */
  readonly part?: string | undefined;
}

/**
 * Writes a part as an ONNX model, which ONNX Runtime runs in browsers, in Python, on phones and in many other languages.
 *
 * The graph computes what the part computes outside training, with the same shapes and any batch: images are
 * `[batch, height, width, channels]`. Its first input is `x`, or `z` for the latents of a decoder or generator. If layers read them, int32
 * `timesteps`, the `condition` (int32 labels, -1 for none) and `latents` follow. Nothing in it is random: noise is an input.
 *
 * @param part - a network, Gaussian encoder, decoder, generator, discriminator or denoiser made by this library, or a file
 *   from `saveModel` of `/model`, for which no backend is needed. The output is `output`; of an encoder, `mean` and `logVariance`; of a decoder,
 *   `parameters` and, unless the likelihood is that of a table, `mean`; of a denoiser, `sample` and `noise`
 * @param options - see {@link SaveOnnxOptions}
 * @returns the bytes of a file of the format 8 with operators of the version 17
 * @throws Error that names a layer which cannot be exported, and the way around it; Error if a number is not finite, or beyond 65,504 with
 *   `half`, or the part was disposed; TypeError if an option is wrong
 * @example
 * ```ts
 * const bytes = await saveOnnx(mlp({ sizes: [2, 3], random: createRandom(1) }));
 * console.log(bytes.length < 500); // true
 * ```
 * @see https://onnx.ai/onnx/operators/
 */
export async function saveOnnx(
  part: Part | Uint8Array,
  options: SaveOnnxOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return writeModel(await modelOf(part, options));
}

/** The model that {@link saveOnnx} writes. */
export async function modelOf(part: Part | Uint8Array, options: SaveOnnxOptions): Promise<OnnxModel> {
  try {
    return await exported(part, options);
  } catch (error) {
    if (!(part instanceof Uint8Array) || isOurs(error)) throw error;
    const seen = 'a file whose description does not fit its tensors';
    throw withCause(unusable(where, 'part', 'must be a part, or a file of saveModel', { seen }), error);
  }
}

async function exported(part: Part | Uint8Array, options: SaveOnnxOptions): Promise<OnnxModel> {
  const {
    inputs,
    half,
    part: name,
  } = readOptions(where, options, {
    inputs: { is: checkObject, default: {} },
    half: { is: checkBoolean, default: false },
    part: optional,
  });
  const refuse: Given['refuse'] = (seen, fix) => {
    throw unusable(where, 'part', 'must be a part that can be exported', { got: part, seen, fix });
  };
  const isFile = part instanceof Uint8Array;
  const read = isFile ? readModel(where, part, name) : layerOf(part);
  const root = read.kind === 'freeze' ? read.parts[0]! : read;
  const unknown = unknownIn(root);
  if (unknown !== undefined) refuse(unknown || undefined, wayAround(unknown));
  if (!isFile) await readPart(part, root);
  const most = half ? LARGEST_HALF : Number.MAX_VALUE;
  for (const { numbers } of weightsOf([root])) {
    const read = (numbers as Float32Array | undefined) ?? [NaN];
    const got = read.find((number) => !(Math.abs(number) <= most));
    const rule = `must have numbers at most ${most}`;
    if (got !== undefined) throw unusable(where, 'part', rule, { got });
  }
  const model: OnnxModel = { nodes: [], constants: new Map(), inputs: new Map(), outputs: new Map() };
  const readers = new Map<string, boolean>();
  const input: Given['input'] = (name, reader, known, isFurther = false): Value => {
    const expected = known ?? (reader ? inputOf(reader) : []);
    const given = Object.hasOwn(inputs, name) ? inputs[name] : undefined;
    const shape: InputShape | undefined = given ?? expected;
    // the last axes are those that the layer knows
    if (!isShape(shape) || shape.some((size, axis) => (expected?.at(axis - shape.length) ?? size) !== size)) {
      const rule = 'must be a shape such as [28, 28, 1]';
      throw wrongKind(where, `inputs.${name}`, rule, { got: shape });
    }
    // labels, timesteps and tokens
    const isInt = shape.length === expected?.length && shape.length < 2 && !expected[0];
    const port = { isInt, sizes: shape };
    const seen = model.inputs.get(name);
    const isOther =
      (seen && JSON.stringify(seen) !== JSON.stringify(port)) || (readers.get(name) ?? isFurther) !== isFurther;
    if (isOther)
      refuse(`two inputs named '${cut(name)}'`, 'Give each condition another name, or one shape in `inputs`.');
    readers.set(name, isFurther);
    model.inputs.set(name, port);
    return { name, isInt, rank: shape.length + 1 };
  };
  const graph = createGraph(model, half, prefixFor(conditionsIn(root)), { input, refuse });
  const x = input(/^create(Decoder|Generator)/.test(root.kind) ? 'z' : 'x', root);
  const outputs = kinds[root.kind]!.outputs?.(graph, x, root as never) ?? { output: graph.emit(root, x) };
  const twice = Object.keys(outputs).find((name) => model.inputs.has(name));
  if (twice !== undefined) refuse(`a condition named '${twice}', like an output`, 'Give it another name.');
  const unused = Object.keys(inputs).find((name) => !model.inputs.has(name));
  if (unused !== undefined) throw wrongKind(where, 'inputs', 'must name its inputs', { got: unused });
  for (const [name, value] of Object.entries(outputs)) {
    const inputs = [graph.last(value).name];
    model.nodes.push({ operator: 'Identity', inputs, outputs: [name], attributes: {} });
    model.outputs.set(name, { sizes: new Array<null>(value.rank - 1).fill(null) });
  }
  return model;
}

function isShape(shape: unknown): shape is InputShape {
  const isSize = (size: unknown): boolean => size === null || (Number.isSafeInteger(size) && (size as number) > 0);
  return Array.isArray(shape) && [...(shape as unknown[])].every(isSize);
}

/** The names of the further conditions that layers read. */
function conditionsIn({ kind, options, parts }: Layer): string[] {
  const { name } = options;
  return [...(/^with(Picture|NamedCondition)$/.test(kind) ? [String(name)] : []), ...parts.flatMap(conditionsIn)];
}

/** What names of nodes and weights begin with, so that no condition has one of them. */
function prefixFor(names: readonly string[]): string {
  let prefix = '';
  while (names.some((name) => name.startsWith(prefix) && /^(\d|\w+_\d+[./])/.test(name.slice(prefix.length))))
    prefix += '_';
  return prefix;
}
