import type { Part } from '../nets/network.js';
import { checkBoolean, checkObject } from '../tensor/plain-checks.js';
import { outOfRange, shapeText, unusable, wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import { LARGEST_HALF } from '../training/saving/halves.js';
import { weightsOf } from './build-layer.js';
import { createGraph, type Value } from './graph.js';
import { inputOf } from './input-of.js';
import type { InputShape } from './layer.js';
import { partKinds, type PartKind } from './part-kinds.js';
import { readModel } from './read-model.js';
import { layerOf, readPart } from './read-part.js';
import { unknownIn, wayAround } from './refusals.js';
import { writeModel, type OnnxModel } from './write-model.js';

/** The inputs of an exported model: `x`, or `z` of a decoder or generator, and those that its layers read besides. */
export type OnnxInput = 'x' | 'z' | 'timesteps' | 'condition' | 'latents';

/** Options of {@link saveOnnx}. */
export interface SaveOnnxOptions {
  /**
   * Shapes of one example, without the batch axis, for inputs whose layers accept several: `{ x: [28, 28, 1] }` fixes the size of images;
   * `{ condition: [10] }` makes the condition a vector instead of a label.
   */
  readonly inputs?: { readonly [name in OnnxInput]?: readonly number[] | undefined } | undefined;
  /** Whether weights are rounded to 16 bits, which halves the file; they are widened again when the model is loaded. Default false. */
  readonly half?: boolean | undefined;
  /** The name of the part in a model file that has several. */
  readonly part?: string | undefined;
}

/**
 * Writes a part as an ONNX model, which ONNX Runtime runs in browsers, in Python, on phones and in many other languages.
 *
 * The graph computes what the part computes outside training, in the same layout, with any batch: images are
 * `[batch, height, width, channels]`. Its first input is `x`, or the latents `z` of a decoder or generator; then come int32 `timesteps`, the
 * `condition` (int32 labels, -1 for none) and `latents`, if a layer reads them. Nothing in it is random.
 *
 * @param part - a network, Gaussian encoder, decoder, generator, discriminator or denoiser made by this library, whose outputs are
 *   `output`; `mean` and `logVariance`; `parameters` and often `mean`; `generated`; `logits`; `sample` and `noise`. Or a file from
 *   {@link saveModel}, for which no backend is needed
 * @param options - see {@link SaveOnnxOptions}
 * @returns the bytes of a file of the format 8 with operators of the version 17
 * @throws Error that names a layer which cannot be exported, and the way around it; RangeError if a number is not finite, or beyond 65,504
 *   with `half`
 * @example
 * ```ts
 * const bytes = await saveOnnx(mlp({ sizes: [2, 3], random: createRandom(1) }));
 * console.log(bytes.length < 500); // true
 * ```
 * @see https://github.com/onnx/onnx/blob/v1.12.0/docs/Operators.md
 */
export async function saveOnnx(
  part: Part | Uint8Array,
  options: SaveOnnxOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'saveOnnx';
  const {
    inputs,
    half,
    part: name,
  } = readOptions(where, options, {
    inputs: { is: checkObject, default: {} },
    half: { is: checkBoolean, default: false },
    part: optional,
  });
  const refuse = (seen: string, fix: string): never => {
    throw unusable(where, 'part', 'must consist of parts that ONNX can hold', { seen, fix });
  };
  const isFile = part instanceof Uint8Array;
  if (!isFile && !Array.isArray((part as Part | undefined)?.variables)) {
    throw wrongKind(where, 'part', 'must be a network, a part, or a model file', { got: part });
  }
  const root = isFile ? readModel(where, part, name) : layerOf(part);
  const unknown = unknownIn(root);
  if (unknown !== undefined) refuse(unknown || 'a part of your own or of fromLayersModel', wayAround(unknown));
  if (!isFile) await readPart(where, part, root);
  const most = half ? LARGEST_HALF : Number.MAX_VALUE;
  for (const { numbers } of weightsOf([root])) {
    const got = numbers.find((number) => !(Math.abs(number) <= most));
    if (got !== undefined) throw outOfRange(where, 'part', `must have numbers of at most ${most}`, { got });
  }
  const model: OnnxModel = { nodes: [], constants: new Map(), inputs: new Map(), outputs: new Map() };
  /** Adds an input, unless the model has it. */
  const input = (name: string, expected: InputShape | undefined): Value => {
    const shape: InputShape | undefined = inputs[name as OnnxInput] ?? expected;
    if (shape === undefined) return refuse(`layers for any number of axes`, `Pass { inputs: { ${name}: [28, 28, 1] } }, for example.`);
    const rule = `must be a shape that fits ${shapeText(expected ?? [])}`;
    const fits = (size: number | null, axis: number): boolean => expected?.length !== shape.length || (expected[axis] ?? size) === size;
    if (!Array.isArray(shape) || !shape.every(fits)) throw wrongKind(where, `inputs.${name}`, rule, { got: shape });
    // labels, timesteps and tokens
    const isInt = shape.length === expected?.length && (shape.length === 0 || (shape.length === 1 && expected[0] === null));
    const free = shape.length === 3 ? ['height', 'width', 'channels'] : ['length', 'channels'];
    model.inputs.set(name, { isInt, sizes: ['batch', ...shape.map((size, axis) => size ?? free[axis]!)] });
    return { name, isInt, rank: shape.length + 1 };
  };
  const first = /Decoder|Generator/.test(root.kind) && partKinds.has(root.kind) ? 'z' : 'x';
  const graph = createGraph(model, half, {
    timesteps: () => input('timesteps', []),
    condition: (reader) => input('condition', inputOf(reader)),
    latents: (reader) => input('latents', inputOf(reader)),
    refuse,
  });
  const outputs = (partKinds.get(root.kind) ?? networkOutput)(graph, input(first, inputOf(root)), root);
  for (const name of Object.keys(inputs)) {
    const rule = `must be an input of this part: ${[...model.inputs.keys()].join(', ')}`;
    if (!model.inputs.has(name)) throw wrongKind(where, `inputs.${name}`, rule, { got: inputs[name as OnnxInput] });
  }
  for (const [name, value] of Object.entries(outputs)) {
    const output = graph.last(value).name;
    model.nodes.push({ operator: 'Identity', inputs: [output], outputs: [name], attributes: {} });
    model.outputs.set(name, { sizes: ['batch', ...new Array<null>(value.rank - 1).fill(null)] });
  }
  return writeModel(model);
}

const networkOutput: PartKind = (graph, x, layer) => ({ output: graph.emit(layer, x) });
