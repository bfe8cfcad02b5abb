import * as tf from '@tensorflow/tfjs-core';
import { checkFunction } from '../../tensor/checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import type { BatchSource } from '../data/batches.js';
import type { EpochRules } from '../epoch-rules.js';
import { checkJson, type Json } from '../json.js';
import { withPauses } from '../pause.js';
import { decodeCheckpoint, FORMAT, parse } from './checkpoint-file.js';
import { checkSameRun, describeRun, type Source, type Sources } from './description.js';
import { assign, checkTensors, encodeVariables, makeTensors } from './named-variables.js';
import type { SafetensorsContent } from './safetensors.js';
import type { Trainer } from '../trainer/trainer.js';
import { optional, readOptions, type Rules } from '../../tensor/options.js';

/** The rules of the sources of a run. */
export const sourceRules = {
  data: { is: checkSource, default: undefined },
  validation: { is: checkSource, default: undefined },
  rules: { is: checkSource, default: undefined },
} satisfies Rules<Sources>;

/** Options of {@link saveCheckpoint}. */
export interface SaveCheckpointOptions {
  /** The source of the run: its place in the epoch is saved. */
  readonly data?: BatchSource | undefined;
  /** The source of the validation data, if it has a place too. */
  readonly validation?: BatchSource | undefined;
  /** What the run decides at its epochs' ends: its state is saved. */
  readonly rules?: EpochRules | undefined;
  /** Anything of the user's own, such as the sizes of the networks; see {@link checkpointMetadata}. */
  readonly metadata?: Json | undefined;
  /** Gives the file up, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes all that a run needs to go on bit for bit: variables, moments, averages, counters, random states; and a description of the
 * run, which {@link loadCheckpoint} compares.
 *
 * @param trainer - its `state` is saved
 * @param options - see {@link SaveCheckpointOptions}
 * @returns a safetensors file, with structural names such as `encoder.0`, a checksum for each tensor and one for the rest
 * @throws Error if the run cannot be resumed exactly, naming what prevents it, or if a variable is not finite; TypeError if the
 *   metadata are no JSON
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
  const where = 'saveCheckpoint';
  const { metadata, signal, ...sources } = readOptions(where, options, {
    ...sourceRules,
    metadata: { is: checkJson, default: null },
    signal: optional,
  });
  const state = resumableState(where, trainer);
  const texts: Record<string, string> = {
    format: FORMAT,
    trainer: JSON.stringify(state.plain),
    metadata: JSON.stringify(metadata),
  };
  for (const [name, source] of Object.entries(sources)) {
    if (source !== undefined) texts[name] = JSON.stringify(source.state());
  }
  const about = describeRun(state, sources);
  return encodeVariables(where, Object.entries(state.variables), { metadata: texts, about, signal });
}

/** Options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions {
  /**
   * The source, made as the saved one was: it goes on where that one stopped. A file with the place of a source asks for it; null
   * begins the data anew.
   */
  readonly data?: BatchSource | null | undefined;
  /** The source of the validation data, alike. */
  readonly validation?: BatchSource | null | undefined;
  /** What the run decides at its epochs' ends, made as the saved one was. A file with its state asks for it; null begins anew. */
  readonly rules?: EpochRules | null | undefined;
  /** What may differ from the run that was saved, by the names that the error gives: `['optimizer.learningRate']`. */
  readonly waive?: readonly string[] | undefined;
  /** Gives the load up before anything has changed, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Goes on from a checkpoint, bit for bit: variables, moments, averages, counters and random states are those of the run
 * that was saved.
 *
 * @param trainer - made as the saved one was; it may have stepped or not
 * @param bytes - what {@link saveCheckpoint} gave
 * @param options - see {@link LoadCheckpointOptions}
 * @throws Error or {@link ShapeError} if the file is broken, not ours, or of a run made of other numbers: optimizers, objective, batch size,
 *   data. Then nothing has changed. Functions are not compared: see {@link describeCheckpoint}
 * @example
 * ```ts
 * await loadCheckpoint(trainer, await loadFile('run.safetensors'), { data: source });
 * ```
 */
export async function loadCheckpoint(
  trainer: Trainer,
  bytes: Uint8Array,
  options: LoadCheckpointOptions = {},
): Promise<void> {
  const where = 'loadCheckpoint';
  checkFunction(where, 'trainer.restore', trainer?.restore);
  const { waive, signal, ...sources } = readOptions(where, options, {
    ...sourceRules,
    waive: { is: checkWaived, default: [] },
    signal: optional,
  });
  const content = await withPauses(decodeCheckpoint(where, bytes), signal);
  const now = await withPauses(describeRun(trainer.state, sources), signal);
  // from here on nothing waits, so that no step comes in between
  const state = resumableState(where, trainer);
  const wanted = Object.entries(state.variables);
  checkTensors(where, content, wanted);
  if (content.metadata['about'] !== undefined) {
    checkSameRun(where, parse(where, content, 'about'), now, waive);
  }
  const trainerState = parse(where, content, 'trainer');
  const places = Object.entries(sources).flatMap(([name, source]) => placeOf(where, content, name, source));
  const tensors = makeTensors(content, wanted);
  try {
    restoreAll([{ restore: trainer.restore!, saved: trainerState, now: state.plain }, ...places]);
    assign(wanted, tensors);
  } finally {
    tf.dispose(tensors);
  }
}

function checkSource(where: string, argument: string, source: Sources['data' | 'rules']): void {
  if (source) checkFunction(where, `${argument}.restore`, source.restore);
}

function checkWaived(where: string, argument: string, waive: unknown): void {
  if (!Array.isArray(waive)) throw wrongKind(where, argument, 'must be an array of names', { got: waive });
}

/** Something that takes over a plain state, with the one that it has. */
interface Restorable {
  readonly restore: (state: Json) => void;
  readonly saved: Json;
  readonly now: Json;
}

/** Where a source goes on; nothing if it begins anew. */
function placeOf(
  where: string,
  content: SafetensorsContent,
  name: string,
  source: Source | null | undefined,
): Restorable[] {
  const isSaved = content.metadata[name] !== undefined;
  if (source === null || (source === undefined && !isSaved)) return [];
  if (source !== undefined && isSaved) {
    return [{ restore: source.restore, saved: parse(where, content, name), now: source.state() }];
  }
  if (source === undefined) {
    const fix = `Pass { ${name} }, or { ${name}: null } to begin anew.`;
    throw unusable(where, name, 'must be given, as the file holds its place', { seen: 'none', fix });
  }
  const fix = `Save with { ${name} }, or load without it.`;
  throw unusable(where, 'bytes', `must hold the place of { ${name} }`, {
    seen: `a file saved without { ${name} }`,
    fix,
  });
}

/** Restores one after the other; where one throws, those before it are as they were. */
function restoreAll([first, ...others]: readonly Restorable[]): void {
  if (first === undefined) return;
  first.restore(first.saved);
  try {
    restoreAll(others);
  } catch (error) {
    first.restore(first.now);
    throw error;
  }
}

function resumableState(where: string, trainer: Trainer): Trainer['state'] {
  checkFunction(where, 'trainer.step', trainer?.step);
  const { state } = trainer;
  if (state.notResumable === undefined) return state;
  const fix = 'Use createAdam and layers that draw from options.random, or save the parts alone with saveWeights.';
  throw unusable(where, 'trainer', 'must be one that can be resumed exactly', { seen: state.notResumable, fix });
}
