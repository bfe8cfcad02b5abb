import * as tf from '@tensorflow/tfjs-core';
import { free, readNumbers } from '../tensor/lost-backend.js';
import { nested, readOptions } from '../tensor/options.js';
import { createPause, withPauses } from '../training/pause.js';
import { encodeWithSums } from '../training/saving/named-variables.js';
import type { SafetensorsTensor } from '../training/saving/safetensors.js';
import { dtypeRule } from '../training/saving/weights.js';
import { arrange, torchShapeOf } from './arrange.js';
import { torchOnlyData } from './torch-only.js';
import { exampleTensors, writtenExample, type StateDictExample } from './example.js';
import {
  channelsFirstOf,
  planStateDict,
  stateDictRules,
  type StateDictOptions,
  type StateDictParts,
} from './plan-state-dict.js';
import type { Slot } from './state-dict-entry.js';

/** Options of {@link saveStateDict}. */
export interface SaveStateDictOptions extends StateDictOptions {
  /** `F32`, the default, or `F16`: half the bytes, rounded to 11 bits. */
  readonly dtype?: 'F32' | 'F16' | undefined;
  /**
   * Inputs for which the model's output is computed and written, so that Python can compare: `example.inputs.x`, `example.output`. None by
   * default.
   */
  readonly example?: StateDictExample | undefined;
}

/**
 * Writes a part as a PyTorch `state_dict` in a safetensors file, with the names and layouts of the same layers in `torch.nn`.
 *
 * `model.load_state_dict(safetensors.torch.load_file(path))` reads it, with `strict=True`, if the names of the model's modules are those
 * that {@link stateDictEntries} lists.
 *
 * @param part - a network, encoder, decoder, generator, discriminator or denoiser made by this library; or a record of such parts
 * @param options - see {@link SaveStateDictOptions}
 * @returns the bytes of the file. Images of the example are `[batch, channels, height, width]`, and the
 *   sequences of a part with 1-D convolutions `[batch, channels, steps]`
 * @throws Error if the layout of a part's variables is not known, or a part flattens maps of an unknown shape; RangeError if a number
 *   is not finite, or beyond 65,504 with `F16`
 * @example
 * ```ts
 * const bytes = await saveStateDict({ generator, discriminator }, { dtype: 'F16', input: [8, 8, 1] });
 * ```
 * @see https://huggingface.co/docs/safetensors/api/torch
 */
export async function saveStateDict(
  part: StateDictParts,
  options: SaveStateDictOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const where = 'saveStateDict';
  const { dtype, example, ...names } = readOptions(where, options, {
    ...stateDictRules,
    dtype: dtypeRule,
    example: nested,
  });
  const planned = planStateDict(where, part, names);
  const channelsFirst = channelsFirstOf(planned, names);
  const examples = example === undefined ? [] : exampleTensors(where, example);
  const own = planned.filter(({ slot }) => slot.variable !== undefined);
  // clones, so that a step during the read does not change the file
  const copies = [...own.map(({ slot }) => slot.variable!), ...examples.map(([, tensor]) => tensor)].map((x) =>
    tf.clone(x),
  );
  tf.dispose(examples.at(-1)?.[1]);
  try {
    const values = await readNumbers(where, copies, createPause());
    const numbers = new Map<Slot, Float32Array>(
      own.map(({ slot, arrangement }, i) => [slot, arrange(values[i] as Float32Array, arrangement)]),
    );
    const shapes = new Map(planned.map(({ slot, arrangement }) => [slot, torchShapeOf(arrangement)]));
    const tensors = planned.map(({ slot, name }): SafetensorsTensor => {
      const data = numbers.get(slot);
      return data === undefined
        ? { name, ...torchOnlyData(slot, numbers, shapes) }
        : { name, dtype, shape: shapes.get(slot)!, data };
    });
    const written = examples.map((named, i) => writtenExample(named, values[own.length + i]!, channelsFirst));
    return await withPauses(encodeWithSums(where, [...tensors, ...written], { format: 'pt' }));
  } finally {
    free(copies);
  }
}
