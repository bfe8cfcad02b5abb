import { checkSizes } from '../nets/layer.js';
import type { Part } from '../nets/network.js';
import { checkBoolean, checkObject } from '../tensor/checks.js';
import { outOfRange, shapeText, unusable, wrongKind } from '../tensor/errors.js';
import { optional, readOptions } from '../tensor/options.js';
import { checkNumbers } from '../training/saving/stored-numbers.js';
import { weightsOf, type Refuse } from './build-layer.js';
import { createGraph, type Value } from './graph.js';
import { inputOf } from './input-of.js';
import { kinds } from './kinds.js';
import type { Given, InputShape, Layer } from './layer.js';
import { partKinds, type PartKind } from './part-kinds.js';
import { readModel } from './read-model.js';
import { readPart } from './read-part.js';
import { writeModel, type OnnxModel, type Port } from './write-model.js';

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
    inputs: { is: checkInputs, default: {} },
    half: { is: checkBoolean, default: false },
    part: optional,
  });
  const refuse: Refuse = (seen, fix) => {
    throw unusable(where, 'part', 'must consist of parts that ONNX can hold', { seen, fix });
  };
  if (!(part instanceof Uint8Array) && !Array.isArray((part as Part | undefined)?.variables)) {
    throw wrongKind(where, 'part', 'must be a network, a part, or a model file', { got: part });
  }
  const root =
    part instanceof Uint8Array ? await readModel(where, part, name, refuse) : await readPart(where, part, refuse);
  for (const { name, numbers } of weightsOf([root])) {
    checkNumbers(name, half ? 'F16' : 'F32', { data: numbers }, (rule, got) => {
      throw outOfRange(where, 'part', rule, { got });
    });
  }
  return writeModel(modelOf(where, root, { inputs, half }, refuse));
}

function checkInputs(where: string, argument: string, inputs: object): void {
  checkObject(where, argument, inputs);
  for (const [name, shape] of Object.entries(inputs)) checkSizes(where, `${argument}.${name}`, shape, { least: 0 });
}

/** The names of sizes that may change, in an image and in a sequence. */
const IMAGE = ['height', 'width', 'channels'];
const SEQUENCE = ['length'];

function modelOf(
  where: string,
  root: Layer,
  {
    inputs,
    half,
  }: { readonly inputs: Readonly<Record<string, readonly number[] | undefined>>; readonly half: boolean },
  refuse: Refuse,
): OnnxModel {
  const ports = new Map<string, Port>();
  const values = new Map<string, Value>();
  const input = (name: string, expected: InputShape | undefined): Value => {
    const known = values.get(name);
    if (known !== undefined) return known;
    const shape = inputs[name] ?? expected?.shape;
    if (shape === undefined) {
      const fix = `Pass the shape of one example: { inputs: { ${name}: [28, 28, 1] } }.`;
      return refuse(`layers that accept any number of axes as ${name}`, fix);
    }
    const isInt = expected?.isInt === true && shape.length === expected.shape.length;
    const free = shape.length === 3 ? IMAGE : SEQUENCE;
    ports.set(name, { name, isInt, sizes: ['batch', ...shape.map((size, axis) => size ?? free[axis]!)] });
    const value = { name, isInt, shape: [null, ...shape] };
    values.set(name, value);
    return value;
  };
  const emit = (layer: Layer, x: Value, given: Given): Value => {
    const { inputs: channels } = layer.options;
    if (typeof channels === 'number' && channels !== x.shape.at(-1)) {
      const seen = `a ${layer.kind} for ${channels} channels after an output of ${shapeText(x.shape)}`;
      refuse(seen, 'Pass the shape of one example in `inputs`.');
    }
    return kinds.get(layer.kind)!.emit(graph, x, layer as Layer<never>, given);
  };
  const model: OnnxModel = { nodes: [], constants: [], inputs: [], outputs: [] };
  const graph = createGraph(model, half, { emit, refuse });
  const kind: PartKind = partKinds.get(root.kind) ?? network;
  const x = input(kind.input, inputOf(root));
  const outputs = kind.outputs(graph, x, root, {
    timesteps: () => input('timesteps', { shape: [], isInt: true }),
    condition: (reader) => input('condition', inputOf(reader)),
    latents: (reader) => input('latents', inputOf(reader)),
  });
  for (const name of Object.keys(inputs)) {
    if (!ports.has(name)) {
      throw wrongKind(where, `inputs.${name}`, `must be an input of this part: ${[...ports.keys()].join(', ')}`, {
        got: inputs[name],
      });
    }
  }
  for (const [name, value] of Object.entries(outputs)) {
    const { shape } = value;
    model.nodes.push({
      operator: 'Identity',
      name: `Identity_${name}`,
      inputs: [graph.last(value).name],
      outputs: [name],
      attributes: {},
    });
    model.outputs.push({ name, sizes: shape.map((size, axis) => (axis === 0 ? 'batch' : size)) });
  }
  const order = ['x', 'z', 'timesteps', 'condition', 'latents'];
  model.inputs.push(...order.flatMap((name) => ports.get(name) ?? []));
  return model;
}

const network: PartKind = {
  input: 'x',
  outputs: (graph, x, layer, given) => ({ output: graph.emit(layer, x, given) }),
};
