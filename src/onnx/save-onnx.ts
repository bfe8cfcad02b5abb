import type { Part } from '../nets/network.js';
import { recordPart } from '../record/record-part.js';
import type { Recording } from '../record/recording.js';
import { checkBackend } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkBoolean, checkObject } from '../tensor/plain-checks.js';
import { modelOfRecording } from './print-recording.js';
import { writeModel, type OnnxModel } from './write-model.js';

const where = 'saveOnnx';

/** The inputs of an exported part: `x`, or `z` of a decoder, generator or prior, and those that its layers read besides, such as named conditions. */
export type OnnxInput = 'x' | 'z' | 'timesteps' | 'stepSize' | 'condition' | 'latents' | (string & {});

/** Options of {@link saveOnnx}. */
export interface SaveOnnxOptions {
  /**
   * Shapes of one example, without the batch axis, for inputs of a part whose layers accept several: `{ x: [28, 28, 1] }` fixes the size of images;
   * `{ condition: [10] }` makes the condition a vector instead of a label; null is a free size. By default, the layers decide.
   */
  readonly inputs?: Readonly<Partial<Record<OnnxInput, readonly (number | null)[] | undefined>>> | undefined;
  /** Whether weights are rounded to 16 bits, which halves the file; they are widened again when the model is loaded. Default false. */
  readonly half?: boolean | undefined;
  /** Other names for inputs, draws, state and outputs: `{ x: 'images' }`. By default those of the recording. */
  readonly names?: Readonly<Record<string, string>> | undefined;
}

/**
 * Writes a recording or a part as an ONNX model, which ONNX Runtime runs in browsers, in Python, on phones and in many other languages.
 *
 * The graph computes what was recorded, with the same shapes: images are `[batch, height, width, channels]`. Nothing in it is random: noise is an
 * input. State that changes, such as the weights in a training step, is an input, and an output `NAME:next`; other state is in the file.
 *
 * @param model - a {@link Recording}, or a part, of which the main methods are recorded outside training, for any batch: its first input is `x`,
 *   or `z` for latents; if layers read them, int32 `timesteps`, the `condition` (int32 labels, -1 for none) and others follow. The output is `output`;
 *   of an encoder, `mean` and `logVariance`; of a decoder, `parameters` and `mean`; of a denoiser, `sample` and `noise`; of a prior, `logProb`
 * @param options - see {@link SaveOnnxOptions}
 * @returns the bytes of a file of the format 8 with operators of the version 17
 * @throws Error that names an operation which ONNX does not have, or what cannot be recorded; Error if a weight is not finite, or beyond 65,504
 *   with `half`, or the part was disposed; TypeError if an option is wrong
 * @example
 * ```ts
 * const bytes = await saveOnnx(mlp({ sizes: [2, 3], random: createRandom(1) }));
 * console.log(bytes.length < 500); // true
 * ```
 * @see https://onnx.ai/onnx/operators/
 */
export async function saveOnnx(
  model: Recording | Part,
  options: SaveOnnxOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return writeModel(await onnxModelOf(model, options));
}

/** The model that {@link saveOnnx} writes. */
export async function onnxModelOf(model: Recording | Part, options: SaveOnnxOptions): Promise<OnnxModel> {
  const { inputs, half, names } = readOptions(where, options, {
    inputs: { is: checkObject, default: {} },
    half: { is: checkBoolean, default: false },
    names: { is: checkObject, default: {} },
  });
  if (isRecording(model)) return modelOfRecording(model, { half, names });
  checkBackend(where);
  if (model instanceof Uint8Array) {
    const fix = 'Load it first: saveOnnx(await loadModel(bytes)).';
    throw wrongKind(where, 'part', 'must be a part or a recording', { got: model, fix });
  }
  return modelOfRecording(await recordPart(where, model, inputs), { half, names, argument: 'part' });
}

function isRecording(model: unknown): model is Recording {
  const { nodes, draws } = Object(model) as Partial<Recording>;
  return Array.isArray(nodes) && Array.isArray(draws);
}
