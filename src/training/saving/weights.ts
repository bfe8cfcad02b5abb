import type { Part } from '../../nets/network.js';
import { checkAlive, checkWord } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { withPauses } from '../pause.js';
import { decodeIntact } from './checksums.js';
import { quoted } from './safetensors-header.js';
import { assignAll, checkTensors, encodeVariables, type Named } from './named-variables.js';
import { savedVariables } from '../trainer/trainer.js';

const FORMAT = 'tfjs-generative weights 1';

/**
 * Writes the variables and buffers of one part, such as a decoder, to share it.
 *
 * @param part - a network, encoder, decoder or another part
 * @param options - the type of the numbers in the file
 * @returns a safetensors file with the names `0`, `1`, ...: variables, then buffers; and a checksum for each
 * @throws RangeError if a number is not finite, or beyond 65,504 with `F16`
 * @example
 * ```ts
 * const bytes = await saveWeights(decoder);
 * const half = await saveWeights(decoder, { dtype: 'F16' });
 * ```
 */
export async function saveWeights(
  part: Part,
  options: {
    /**
     * `F32`, the default, preserves every bit. `F16` halves the file: numbers are rounded to 11 bits, by up to one part in 2,048, and
     * those below 6e-5 to a multiple of 6e-8.
     */
    readonly dtype?: 'F32' | 'F16' | undefined;
  } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'saveWeights';
  checkPart(where, part);
  const { dtype } = readOptions(where, options, { dtype: dtypeRule });
  return encodeVariables(where, numbered(part), { dtype, metadata: { format: FORMAT } });
}

/** The rule of the type in which floats are written. */
export const dtypeRule = { is: checkWord, default: 'F32', of: ['F32', 'F16'] } as const;

/**
 * Loads the variables and buffers of one part.
 *
 * @param part - of the same shape as the one that was saved
 * @param bytes - the result of {@link saveWeights}, or any safetensors file with the same names and shapes; floats may be F64, F32, F16
 *   or BF16, integers of any width
 * @throws Error or {@link ShapeError} if the file is broken or of another part; nothing has changed then
 * @example
 * ```ts
 * await loadWeights(decoder, await saveWeights(decoder));
 * ```
 */
export async function loadWeights(part: Part, bytes: Uint8Array): Promise<void> {
  checkPart('loadWeights', part);
  const content = await withPauses(decodeIntact('loadWeights', bytes));
  const wanted = numbered(part);
  const { format } = content.metadata;
  const fits = wanted.length === content.tensors.size && wanted.every(([name]) => content.tensors.has(name));
  if (!fits && format !== undefined && format !== FORMAT) {
    const fix = 'Load it with loadCheckpoint, loadModel of /model, or loadStateDict of /pytorch.';
    throw unusable('loadWeights', 'bytes', 'must be a file of saveWeights', { seen: quoted(format), fix });
  }
  checkTensors('loadWeights', content, wanted);
  assignAll(content, wanted);
}

function checkPart(where: string, part: Part): void {
  const { variables } = (part as Part | undefined) ?? {};
  if (!Array.isArray(variables)) throw wrongKind(where, 'part', 'must be a network or a part', { got: part });
  checkAlive(where, 'part', savedVariables(part));
}

function numbered(part: Part): Named {
  return savedVariables(part).map((variable, i) => [String(i), variable] as const);
}
