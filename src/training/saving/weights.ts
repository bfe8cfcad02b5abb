import * as tf from '@tensorflow/tfjs-core';
import type { Part } from '../../nets/network.js';
import { checkAlive } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { withPauses, type Pieces } from '../pause.js';
import { checkSums } from './checksums.js';
import { assign, checkTensors, encodeVariables, makeTensors, type Named } from './named-variables.js';
import { decodePieces, type SafetensorsContent } from './safetensors.js';
import { savedVariables } from '../trainer/trainer.js';

const FORMAT = 'tfjs-generative weights 1';

/**
 * Writes the variables and buffers of one part, such as a decoder, to share it.
 *
 * @param part - a network, encoder, decoder or another part
 * @returns a safetensors file with the names `0`, `1`, ... : variables, then buffers; and a checksum for each
 * @throws Error if a variable is not finite
 * @example
 * ```ts
 * const bytes = await saveWeights(decoder);
 * ```
 */
export async function saveWeights(part: Part): Promise<Uint8Array<ArrayBuffer>> {
  checkPart('saveWeights', part);
  return encodeVariables('saveWeights', numbered(part), { metadata: { format: FORMAT } });
}

/**
 * Reads the variables and buffers of one part.
 *
 * @param part - of the same shape as the one that was saved
 * @param bytes - what {@link saveWeights} gave, or any safetensors file with the same names, shapes and types
 * @throws Error or {@link ShapeError} if the file is broken or of another part; then nothing has changed
 * @example
 * ```ts
 * await loadWeights(decoder, await saveWeights(decoder));
 * ```
 */
export async function loadWeights(part: Part, bytes: Uint8Array): Promise<void> {
  checkPart('loadWeights', part);
  const content = await withPauses(decodeWeights(bytes));
  const wanted = numbered(part);
  checkTensors('loadWeights', content, wanted);
  const tensors = makeTensors(content, wanted);
  try {
    assign(wanted, tensors);
  } finally {
    tf.dispose(tensors);
  }
}

function* decodeWeights(bytes: Uint8Array): Pieces<SafetensorsContent> {
  const content = yield* decodePieces('loadWeights', bytes);
  // weights of another library, or of our own before they had checksums, have none
  if (content.metadata['format'] === FORMAT) yield* checkSums('loadWeights', content);
  return content;
}

function checkPart(where: string, part: Part): void {
  const { variables } = (part as Part | undefined) ?? {};
  if (!Array.isArray(variables)) throw wrongKind(where, 'part', 'must be a network or a part', { got: part });
  checkAlive(where, 'part', savedVariables(part));
}

function numbered(part: Part): Named {
  return savedVariables(part).map((variable, i) => [String(i), variable] as const);
}
