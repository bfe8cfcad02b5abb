// Reads what a checkpoint says of its run, without tfjs: from the header of its safetensors file. The worker checks the rest when it loads it.
import type { Report } from 'tfjs-generative';
import type { Experiment } from '../experiment/experiment.js';
import type { Pictures } from '../experiment/pictures.js';
import { readExperiment } from '../experiment/read-experiment.js';

/** A larger file is refused before it is read. */
export const MAX_CHECKPOINT_BYTES = 64_000_000;
const FORMATS = ['tfjs-generative checkpoint 1', 'tfjs-generative checkpoint 2'];
/** The longest header that is parsed. */
const MAX_HEADER = 4_000_000;

/** A run that was saved, as far as the page knows it. */
export interface SavedRun {
  readonly checkpoint: Uint8Array;
  /** Undefined in a checkpoint that was made without the lab's metadata, such as one of the written program. */
  readonly experiment: Experiment | undefined;
  /** Updates so far. */
  readonly steps: number;
  /** Whether a control was moved during the run. */
  readonly isMoved: boolean;
  /** The reports so far; `step` counts from the run's first update, `seconds` from its first start. */
  readonly history: readonly Report[];
}

/** Whether a file holds a model of this library, which can be looked at but not trained on. */
export function isModelFile(bytes: Uint8Array): boolean {
  try {
    return String(readMetadata(bytes)['format']).startsWith('tfjs-generative model');
  } catch {
    return false;
  }
}

/**
 * @param pictures - the user's own pictures, which the run learned and the checkpoint does not hold
 * @throws Error with a sentence for the reader if the file is no checkpoint that can be used here
 */
export function readCheckpoint(bytes: Uint8Array, pictures?: Pictures): SavedRun {
  const metadata = readMetadata(bytes);
  const { format } = metadata;
  if (typeof format !== 'string') {
    throw new Error('The file has weights, but it is not a checkpoint of this library. Open one that the lab saved.');
  }
  if (format.startsWith('tfjs-generative model')) {
    const fix = 'A run goes on from a checkpoint: save one with the button Checkpoint.';
    throw new Error(`The file is a model, which cannot be trained on. ${fix}`);
  }
  if (!FORMATS.includes(format)) {
    if (!/^tfjs-generative checkpoint \d+$/.test(format)) {
      throw new Error('The file is not a checkpoint of this library. Open one that the lab saved.');
    }
    throw new Error('A newer version wrote this checkpoint. Reload the page for the newest lab, and open it again.');
  }
  const { steps } = fieldsOf(metadata['trainer']);
  if (!Number.isInteger(steps) || (steps as number) < 0) throw damaged();
  const { experiment, isMoved, history } = fieldsOf(metadata['metadata']);
  return {
    checkpoint: bytes,
    steps: steps as number,
    experiment: experiment === undefined ? undefined : readOwn(experiment, pictures),
    isMoved: isMoved === true,
    history: readHistory(history),
  };
}

function readOwn(experiment: unknown, pictures: Pictures | undefined): Experiment {
  try {
    return readExperiment(experiment, pictures);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new Error(
      `The checkpoint's experiment cannot be used: ${reason}. Open another checkpoint, or begin a new run.`,
      { cause },
    );
  }
}

/** Reports as they are saved; numbers that are not finite are null in JSON. */
export interface SavedReport {
  readonly step: number;
  readonly epoch: number;
  readonly seconds: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly skipped: number;
  readonly verdicts: readonly { readonly kind: string; readonly message: string }[];
}

/** A history that is damaged is left out: the run needs none. */
function readHistory(value: unknown): Report[] {
  if (!Array.isArray(value) || !value.every(isReport)) return [];
  return value.map(({ metrics, step, ...report }) => ({
    ...report,
    step,
    totalSteps: step,
    metrics: Object.fromEntries(Object.entries(metrics).map(([name, number]) => [name, number ?? NaN])),
  }));
}

function isReport(value: unknown): value is SavedReport {
  if (!isRecord(value)) return false;
  const { step, epoch, seconds, metrics, skipped, verdicts } = value;
  const isText = (text: unknown): boolean => typeof text === 'string';
  return (
    [step, epoch, seconds, skipped].every((number) => Number.isFinite(number)) &&
    isRecord(metrics) &&
    Object.values(metrics).every((number) => number === null || Number.isFinite(number)) &&
    Array.isArray(verdicts) &&
    verdicts.every((verdict) => isRecord(verdict) && isText(verdict['kind']) && isText(verdict['message']))
  );
}

/** The metadata of a safetensors file that is complete. */
function readMetadata(bytes: Uint8Array): Record<string, unknown> {
  const length = bytes.length < 8 ? NaN : Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  // every such file begins with a brace after the length
  if (!(length >= 2) || bytes[8] !== 0x7b) {
    throw new Error('The file is not a checkpoint. Open one that the lab saved, or a CSV file with points.');
  }
  if (8 + length > bytes.length) throw cutShort();
  if (length > MAX_HEADER) throw damaged();
  let header: unknown;
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(8, 8 + length)));
  } catch {
    throw damaged();
  }
  if (!isRecord(header)) throw damaged();
  const { __metadata__: metadata, ...tensors } = header;
  const ends = Object.values(tensors).map((tensor) =>
    Number((tensor as { data_offsets?: unknown[] } | null)?.data_offsets?.[1]),
  );
  if (!ends.every((end) => Number.isFinite(end))) throw damaged();
  const needed = 8 + length + ends.reduce((most, end) => Math.max(most, end), 0);
  if (needed > bytes.length) throw cutShort();
  if (needed < bytes.length) throw damaged();
  return isRecord(metadata) ? metadata : {};
}

/** The fields of JSON in the metadata. */
function fieldsOf(text: unknown): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(String(text));
    return isRecord(value) ? value : {};
  } catch {
    throw damaged();
  }
}

const damaged = (): Error => new Error('The checkpoint is damaged. Copy the file again, or open an earlier one.');

const cutShort = (): Error => new Error('The file is cut short. Copy or save it again, and open the whole file.');

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
