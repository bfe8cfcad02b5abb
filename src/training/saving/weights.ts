import type { Variable } from '@tensorflow/tfjs-core';
import { checkArray } from '../../nets/layer.js';
import type { Part } from '../../nets/network.js';
import { checkAlive, checkWord } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import { withPauses } from '../pause.js';
import { decodeIntact } from './checksums.js';
import { quoted } from './safetensors-header.js';
import { assignAll, checkTensors, encodeVariables, type Named } from './named-variables.js';
import type { SafetensorsContent } from './safetensors.js';
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
  return encodeVariables(where, numbered(where, savedVariables(part), new Set(), savedVariables(part).length), {
    dtype,
    metadata: { format: FORMAT },
  });
}

/** The rule of the type in which floats are written. */
export const dtypeRule = { is: checkWord, default: 'F32', of: ['F32', 'F16'] } as const;

/**
 * Loads the variables and buffers of one part.
 *
 * @param part - of the same shape as the one that was saved
 * @param bytes - the result of {@link saveWeights}, or any safetensors file with the same names and shapes; floats may be F64, F32, F16
 *   or BF16, integers of any width
 * @param options - what the file does not replace
 * @throws Error or {@link ShapeError} if the file is broken or of another part; nothing has changed then
 * @remarks A {@link freeze | frozen} part among others comes after them in a file, so load before you freeze.
 * @example
 * ```ts
 * await loadWeights(decoder, await saveWeights(decoder));
 * // a trained body for another head
 * const layer = (units: number) => dense({ inputs: 3, units, random: createRandom(1) });
 * const bytes = await saveWeights(sequential([layer(3), layer(2)]));
 * const head = layer(5);
 * await loadWeights(sequential([layer(3), head]), bytes, { fresh: [head] });
 * ```
 */
export async function loadWeights(
  part: Part,
  bytes: Uint8Array,
  options: {
    /**
     * Parts or variables that keep their numbers, such as a new head or `network.variables[3]`; the file's tensors in their place are ignored,
     * whatever their shapes. If the file has more tensors or fewer, they must follow one another.
     */
    readonly fresh?: readonly (Part | Variable)[] | undefined;
  } = {},
): Promise<void> {
  const where = 'loadWeights';
  checkPart(where, part);
  const { fresh } = readOptions(where, options, { fresh: { is: checkArray, default: [] } });
  const kept = new Set(fresh.flatMap((one, i) => variablesOf(where, `fresh[${i}]`, one, part)));
  const content = await withPauses(decodeIntact(where, bytes));
  const { format } = content.metadata;
  const { size } = content.tensors;
  const wanted = numbered(where, savedVariables(part), kept, size);
  const fits = (kept.size > 0 || wanted.length === size) && wanted.every(([name]) => content.tensors.has(name));
  if (!fits && format !== undefined && format !== FORMAT) {
    const fix = 'Load it with loadCheckpoint, loadModel of /model, or loadStateDict of /pytorch.';
    throw unusable(where, 'bytes', 'must be a file of saveWeights', { seen: quoted(format), fix });
  }
  const used = kept.size > 0 && fits ? only(content, wanted) : content;
  checkTensors(where, used, wanted);
  assignAll(used, wanted);
}

/** The variables of an item of `fresh`; throws unless it is in the part. */
function variablesOf(where: string, argument: string, one: Part | Variable, part: Part): readonly Variable[] {
  const isVariable = typeof (one as Partial<Variable> | null)?.assign === 'function';
  const isPart = Array.isArray((one as Partial<Part> | null)?.variables);
  const own = isVariable ? [one as Variable] : isPart ? savedVariables(one as Part) : [];
  const all = savedVariables(part);
  if (own.length > 0 && own.every((variable) => all.includes(variable))) return own;
  throw wrongKind(where, argument, 'must be a part or a variable of `part`', { got: one });
}

/** The variables that a file of `size` tensors replaces, with their names in it. */
function numbered(where: string, variables: readonly Variable[], kept: ReadonlySet<Variable>, size: number): Named {
  const isKept = variables.map((variable) => kept.has(variable));
  const shift = size - variables.length;
  const [first, end] = [isKept.indexOf(true), isKept.lastIndexOf(true) + 1];
  if (kept.size > 0 && shift !== 0 && (end - first !== kept.size || kept.size + shift < 0)) {
    const rule = `must leave the tensors of a file of ${size}, with those that are fresh in one row`;
    throw unusable(where, 'fresh', rule, { seen: `${kept.size} of ${variables.length} variables` });
  }
  const named = variables.map((variable, i) => [String(kept.size > 0 && i >= end ? i + shift : i), variable] as const);
  return named.filter((_, i) => !isKept[i]);
}

/** A file with the wanted tensors alone. */
function only(content: SafetensorsContent, wanted: Named): SafetensorsContent {
  const tensors = wanted.flatMap(([name]) => {
    const tensor = content.tensors.get(name);
    return tensor === undefined ? [] : [[name, tensor] as const];
  });
  return { ...content, tensors: new Map(tensors) };
}

function checkPart(where: string, part: Part): void {
  const { variables } = (part as Part | undefined) ?? {};
  if (!Array.isArray(variables)) throw wrongKind(where, 'part', 'must be a network or a part', { got: part });
  checkAlive(where, 'part', savedVariables(part));
}
