import * as tf from '@tensorflow/tfjs-core';
import { checkFunction } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import type { BatchSource } from '../data/batches.js';
import type { Json } from '../json.js';
import { assign, checkTensors, encodeVariables, makeTensors } from './named-variables.js';
import { decodeSafetensors, type SafetensorsContent } from './safetensors.js';
import type { Trainer } from '../trainer/trainer.js';
import { readOptions } from '../../tensor/options.js';

const FORMAT = 'tfjs-generative checkpoint 1';

/** Options of {@link saveCheckpoint}. */
export interface SaveCheckpointOptions {
  /** The source of the run: its place in the epoch is saved. */
  readonly data?: BatchSource | undefined;
  /** Anything of the user's own, such as the sizes of the networks; see {@link checkpointMetadata}. */
  readonly metadata?: Json | undefined;
}

/**
 * Writes all that a run needs to go on bit for bit: variables, moments, averages, counters, random states.
 *
 * @param trainer - its `state` is saved
 * @param options - see {@link SaveCheckpointOptions}
 * @returns a safetensors file, with structural names such as `encoder.0`
 * @throws Error if the run cannot be resumed exactly, naming what prevents it, or if a variable is not finite
 * @remarks A file holds numbers, not architecture: make the same trainer again, then load.
 * @example
 * ```ts
 * await saveFile('run.safetensors', await saveCheckpoint(trainer, { data: source }));
 * ```
 * @see https://github.com/huggingface/safetensors
 */
export async function saveCheckpoint(
  trainer: Trainer,
  options: SaveCheckpointOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { data, metadata = null } = readOptions('saveCheckpoint', options, 'data metadata');
  const { variables, plain } = resumableState('saveCheckpoint', trainer);
  const text = JSON.stringify(metadata) as string | undefined;
  if (text === undefined) throw wrongKind('saveCheckpoint', 'metadata', 'must be JSON', { got: metadata });
  const header: Record<string, string> = { format: FORMAT, trainer: JSON.stringify(plain), metadata: text };
  if (data !== undefined) header['data'] = JSON.stringify(data.state());
  return encodeVariables('saveCheckpoint', Object.entries(variables), header);
}

/**
 * Goes on from a checkpoint, bit for bit: variables, moments, averages, counters and random states are those of the run
 * that was saved.
 *
 * @param trainer - made as the saved one was; it may have stepped or not
 * @param bytes - what {@link saveCheckpoint} gave
 * @param options - `data`: the source made as the saved one was; it goes on where that one stopped
 * @throws Error or {@link ShapeError} if the file is broken, not ours, or of another trainer; then nothing has changed
 * @example
 * ```ts
 * await loadCheckpoint(trainer, await loadFile('run.safetensors'), { data: source });
 * ```
 */
export async function loadCheckpoint(
  trainer: Trainer,
  bytes: Uint8Array,
  options: { readonly data?: BatchSource | undefined } = {},
): Promise<void> {
  const where = 'loadCheckpoint';
  checkFunction(where, 'trainer.restore', trainer.restore);
  const content = decodeSafetensors(where, bytes);
  checkFormat(where, content);
  const { variables, plain } = resumableState(where, trainer);
  const wanted = Object.entries(variables);
  checkTensors(where, content, wanted);
  const { data } = readOptions(where, options, 'data');
  const cursor = content.metadata['data'];
  if (data !== undefined && cursor === undefined) {
    const fix = 'Save with { data }, or load without it.';
    throw unusable(where, 'bytes', "must hold the source's place", { seen: 'a file saved without { data }', fix });
  }
  const trainerState = parse(where, content, 'trainer');
  const dataState = data === undefined ? null : parse(where, content, 'data');
  const tensors = makeTensors(content, wanted);
  try {
    trainer.restore!(trainerState);
    try {
      data?.restore(dataState);
    } catch (error) {
      trainer.restore!(plain);
      throw error;
    }
    assign(wanted, tensors);
  } finally {
    tf.dispose(tensors);
  }
}

/**
 * The `metadata` that {@link saveCheckpoint} was given; null if it was given none.
 *
 * @param bytes - a checkpoint
 * @throws Error if the file is broken or not a checkpoint of this library
 * @example
 * ```ts
 * const bytes = await saveCheckpoint(trainer, { metadata: { latentSize: 2 } });
 * console.log(checkpointMetadata(bytes)); // { latentSize: 2 }
 * ```
 */
export function checkpointMetadata(bytes: Uint8Array): Json {
  const content = decodeSafetensors('checkpointMetadata', bytes);
  checkFormat('checkpointMetadata', content);
  return parse('checkpointMetadata', content, 'metadata');
}

function resumableState(where: string, trainer: Trainer): Trainer['state'] {
  const { state } = trainer;
  if (state.notResumable === undefined) return state;
  const fix = 'Use createAdam and layers that draw from options.random, or save the parts alone with saveWeights.';
  throw unusable(where, 'trainer', 'must be one that can be resumed exactly', { seen: state.notResumable, fix });
}

function checkFormat(where: string, { metadata }: SafetensorsContent): void {
  if (metadata['format'] === FORMAT) return;
  const seen = metadata['format'] ?? 'a file without the format in its metadata';
  const fix = 'Weights of a part alone are read with loadWeights.';
  throw unusable(where, 'bytes', `must be a file of saveCheckpoint ("${FORMAT}")`, { seen, fix });
}

function parse(where: string, { metadata }: SafetensorsContent, key: string): Json {
  try {
    return JSON.parse(metadata[key] ?? '') as Json;
  } catch {
    throw unusable(where, 'bytes', `must hold JSON under "${key}" in its metadata`, { got: metadata[key] });
  }
}
