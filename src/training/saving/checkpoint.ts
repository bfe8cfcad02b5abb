import { checkFunction } from '../../tensor/checks.js';
import { isOurs, unusable, wrongKind } from '../../tensor/errors.js';
import type { BatchSource } from '../data/batches.js';
import { checkObservers, type Observer } from '../observer.js';
import { checkJson, type Json } from '../json.js';
import { withPauses } from '../pause.js';
import { decodeCheckpoint, FORMAT, parse } from './checkpoint-file.js';
import { checkSameRun, describeRun, type Source, type Sources } from './describe-run.js';
import { assignAll, checkTensors, encodeVariables } from './named-variables.js';
import type { SafetensorsContent } from './safetensors.js';
import type { Trainer } from '../trainer/trainer.js';
import { readOptions, type Rules, signalRule } from '../../tensor/options.js';
import { renameErrors } from '../../tensor/rename-errors.js';

/** The only function to which null means something. */
const LOAD = 'loadCheckpoint';

const source = { is: checkSource, default: undefined } as const;
/** The rules of the options with states of their own: sources and observers. */
export const sourceRules = {
  data: source,
  validation: source,
  observers: { is: checkObserverList, default: undefined },
} satisfies Rules<LoadedSources>;

/** The options of a load with states of their own. */
type LoadedSources = Pick<LoadCheckpointOptions, 'data' | 'validation' | 'observers'>;

/** Options of {@link saveCheckpoint}. */
export interface SaveCheckpointOptions {
  /** The source of the run; its position in the epoch is saved. None by default. */
  readonly data?: BatchSource | undefined;
  /** The source of the validation data, if it has a position too; none by default. */
  readonly validation?: BatchSource | undefined;
  /** The observers that were passed to the run; their states are saved. None by default. */
  readonly observers?: readonly Observer[] | undefined;
  /** Your own data, such as the sizes of the networks; {@link describeCheckpoint} returns them. By default null. */
  readonly metadata?: Json | undefined;
  /** Cancels the save, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Writes everything that a run needs to continue bit for bit: variables, moments, averages, counters, random states; and a
 * description of the run, which {@link loadCheckpoint} compares.
 *
 * @param trainer - its `state` is saved
 * @param options - see {@link SaveCheckpointOptions}
 * @returns a safetensors file, with structural names such as `encoder.0`, a checksum for each tensor and one for the rest
 * @throws Error that names the cause if the run cannot be resumed exactly, or if a variable is not finite; TypeError if the
 *   metadata are not JSON
 * @remarks A file holds numbers, not the architecture: make the same trainer again, then load.
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
  const { metadata, signal, ...stateful } = readOptions(where, options, {
    ...sourceRules,
    metadata: { is: checkJson, default: null },
    signal: signalRule,
  });
  const sources = sourcesOf(stateful);
  const state = resumableState(where, trainer);
  const texts: Record<string, string> = {
    format: FORMAT,
    trainer: JSON.stringify(state.plain),
    metadata: JSON.stringify(metadata),
  };
  for (const [name, source] of Object.entries(sources)) {
    if (source) texts[name] = JSON.stringify(source.state());
  }
  const about = describeRun(state, sources);
  return encodeVariables(where, Object.entries(state.variables), { metadata: texts, about, signal });
}

/** Options of {@link loadCheckpoint}. */
export interface LoadCheckpointOptions {
  /**
   * The source, made like the saved one; it continues where that one stopped. None by default, but it is required if the file has the
   * position of a source; null starts the data from the beginning.
   */
  readonly data?: BatchSource | null | undefined;
  /** The source of the validation data, under the same rules; none by default. */
  readonly validation?: BatchSource | null | undefined;
  /**
   * The observers, made like the saved ones and in their order. None by default, but they are required if the file has their states; null
   * starts new ones.
   */
  readonly observers?: readonly Observer[] | null | undefined;
  /** What may differ from the saved run, by the names in the error: `['optimizer.learningRate']`. Nothing by default. */
  readonly waive?: readonly string[] | undefined;
  /** Cancels the load before anything has changed, and rejects with `signal.reason`. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Continues from a checkpoint, bit for bit: restores the variables, moments, averages, counters and random states of the saved
 * run.
 *
 * @param trainer - made like the saved one; it may already have made steps
 * @param bytes - the result of {@link saveCheckpoint}
 * @param options - see {@link LoadCheckpointOptions}
 * @throws Error or {@link ShapeError} if the file is broken, not one of ours, or of a run with other optimizers, objective, batch size or
 *   data; nothing has changed then. Functions are not compared: see {@link describeCheckpoint}
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
  const { waive, signal, ...stateful } = readOptions(where, options, {
    ...sourceRules,
    waive: { is: checkWaived, default: [] },
    signal: signalRule,
  });
  const sources = sourcesOf(stateful);
  const content = await withPauses(decodeCheckpoint(where, bytes), signal);
  const now = await withPauses(describeRun(stateOf(where, trainer), sources), signal);
  // nothing is awaited from here on, so no step can come in between
  const state = resumableState(where, trainer);
  const wanted = Object.entries(state.variables);
  checkTensors(where, content, wanted);
  checkSameRun(where, parse(where, content, 'about'), now, waive);
  const trainerState = parse(where, content, 'trainer');
  const positions = Object.entries(sources).flatMap(([name, source]) => positionOf(where, content, name, source));
  const trainerPart = { restore: trainer.restore!, saved: trainerState, now: state.plain };
  assignAll(content, wanted, () => restoreAll([trainerPart, ...positions]));
}

export function checkSource(where: string, argument: string, source: BatchSource | null): void {
  if (source === null && where === LOAD) return;
  for (const name of ['restore', 'state'] as const) checkFunction(where, `${argument}.${name}`, source?.[name]);
}

function checkObserverList(where: string, argument: string, observers: readonly Observer[] | null): void {
  if (observers !== null || where !== LOAD) checkObservers(where, argument, observers!);
}

/** The sources of a run. The list of observers counts as one, unless none of them has a state or settings to save. */
function sourcesOf({ data, validation, observers }: LoadedSources): Sources {
  const hasState = observers?.some(({ state, settings }) => state ?? settings) === true;
  return { data, validation, observers: hasState ? asSource(observers) : observers && undefined };
}

/** Observers as one source. */
function asSource(observers: readonly Observer[]): Source {
  const statesOf = (): Json[] => observers.map((observer) => observer.state?.() ?? null);
  const restoreEach = (states: readonly Json[]): void =>
    observers.forEach((observer, i) => states[i] !== null && observer.restore?.(states[i]!));
  return {
    state: statesOf,
    restore: (states) => {
      if (!Array.isArray(states) || states.length !== observers.length) {
        const rule = 'must be as many as in the file';
        throw wrongKind('loadCheckpoint', 'observers', rule, { got: states });
      }
      const now = statesOf();
      try {
        restoreEach(states as Json[]);
      } catch (error) {
        restoreEach(now);
        throw error;
      }
    },
    settings: Object.fromEntries(observers.map(({ settings = {} }, i) => [i, settings])),
  };
}

function checkWaived(where: string, argument: string, waive: unknown): void {
  if (!Array.isArray(waive)) throw wrongKind(where, argument, 'must be an array of names', { got: waive });
}

/** Something with a plain state to restore, and its current state. */
interface Restorable {
  readonly restore: (state: Json) => void;
  readonly saved: Json;
  readonly now: Json;
}

/** How to restore the position of a source; empty if it starts from the beginning. */
function positionOf(
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
    const fix = `Pass { ${name} }, or { ${name}: null } to start from the beginning.`;
    throw unusable(where, name, 'must be given, because the file has its position', { seen: 'none', fix });
  }
  const fix = `Save with { ${name} }, or load without it.`;
  throw unusable(where, 'bytes', `must have the position of { ${name} }`, {
    seen: `a file saved without { ${name} }`,
    fix,
  });
}

/** Restores one after the other; if one throws, the earlier ones are reset. */
function restoreAll([first, ...others]: readonly Restorable[]): void {
  if (first === undefined) return;
  try {
    first.restore(first.saved);
  } catch (error) {
    throw ofFile(error);
  }
  try {
    restoreAll(others);
  } catch (error) {
    first.restore(first.now);
    throw error;
  }
}

/** An error of ours about a saved state, as one about the file. */
function ofFile(error: unknown): unknown {
  const where = 'loadCheckpoint: `';
  if (isOurs(error) && !error.message.startsWith(where))
    error.message = error.message.replace(/^[\w.]+: `/, `${where}bytes: `);
  return error;
}

function stateOf(where: string, trainer: Trainer): Trainer['state'] {
  return renameErrors(where, { trainer: undefined }, () => trainer.state);
}

function resumableState(where: string, trainer: Trainer): Trainer['state'] {
  checkFunction(where, 'trainer.step', trainer?.step);
  const state = stateOf(where, trainer);
  if (state.notResumable === undefined) return state;
  const fix = 'Use createAdam and layers that draw from options.random, or save the parts with saveWeights.';
  throw unusable(where, 'trainer', 'must be resumable exactly', { seen: state.notResumable, fix });
}
