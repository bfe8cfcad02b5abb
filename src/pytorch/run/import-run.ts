import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { checkRecord } from '../../tensor/plain-checks.js';
import { unusable, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';
import type { BatchSource } from '../../training/data/batches.js';
import { jsonFields, parseJson, type Json } from '../../training/json.js';
import { withPauses } from '../../training/pause.js';
import { checkSource } from '../../training/saving/checkpoint.js';
import { decodeCheckpoint, parse } from '../../training/saving/checkpoint-file.js';
import { checkSameRun, describeRun } from '../../training/saving/describe-run.js';
import { assignAll, checkTensors } from '../../training/saving/named-variables.js';
import { decodePieces } from '../../training/saving/safetensors.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { crc32 } from './crc32.js';
import { RUN_FORMAT, type RunFile } from './run-file.js';
import { withCounters } from './run-counters.js';

const where = 'importRun';

/** Options of {@link importRun}. */
export interface ImportRunOptions {
  /** The source of the training, made by `batches` of the same data: it continues where the run stopped. None by default. */
  readonly source?: BatchSource | undefined;
}

/**
 * Brings a run back from PyTorch: weights, moments, averages, statistics and counters of its newest state. The trainer's random streams continue
 * as if it had made the steps itself.
 *
 * @param trainer - made like the exported one
 * @param folder - where `exportRun` and `go_on.py` wrote: `folderStore('run')` of `/node`, or another store
 * @param options - see {@link ImportRunOptions}
 * @returns how many steps the run made in PyTorch
 * @throws Error if a file is missing, damaged or of another run or trainer; nothing has changed then
 * @example
 * ```ts browser
 * const steps = await importRun(trainer, folderStore('out/run'));
 * ```
 */
export async function importRun(
  trainer: Trainer,
  folder: CheckpointStore,
  options: ImportRunOptions = {},
): Promise<number> {
  const { source } = readOptions(where, options, { source: { is: checkSource, default: undefined } });
  checkRecord(where, 'trainer', trainer, 'step restore', 'createTrainer or a trainer of a family');
  checkRecord(where, 'folder', folder, 'load list', 'folderStore of `/node`, or browserStore of `/browser`');
  const names = await folder.list();
  const load = async (name: string): Promise<Uint8Array> => {
    if (names.includes(name)) return folder.load(name);
    const fix = 'Copy the whole folder, or export the run again.';
    throw unusable(where, 'folder', `must have ${name}`, { seen: 'none', fix });
  };
  const run = readRun(await load('run.json'));
  const whole = async (name: string): Promise<Uint8Array> => {
    const bytes = await load(name);
    const { files } = run;
    const known = files[name];
    if (known?.bytes === bytes.length && known.crc32 === (await withPauses(crc32(bytes)))) return bytes;
    const fix = 'Copy the folder again, or export the run again.';
    throw unusable(where, 'folder', `must have the ${name} that belongs to run.json`, { seen: 'another', fix });
  };
  const first = await withPauses(decodeCheckpoint(where, await whole('run.safetensors')), undefined);
  const { tensors } = await withPauses(decodePieces(where, await whole('tables.safetensors')), undefined);
  const state = await newestState(folder, names, run);
  const content = state ? await withPauses(decodePieces(where, state.bytes), undefined) : first;
  const steps = state?.step ?? 0;
  const now = await withPauses(describeRun(trainer.state, { data: undefined, validation: undefined, observers: undefined }), undefined); // prettier-ignore
  // nothing is awaited from here on, so no step can come in between
  const wanted = Object.entries(trainer.state.variables);
  checkTensors(where, content, wanted);
  checkSameRun(where, parse(where, first, 'about'), now, []);
  const { shape, data } = tensors.get('counters')!;
  const row = (data as Int32Array).subarray(steps * shape[1]!, (steps + 1) * shape[1]!);
  const plain = withCounters(parse(where, first, 'trainer'), run.counters, row);
  const before = trainer.state.plain;
  assignAll(content, wanted, () => {
    trainer.restore!(plain);
    try {
      source?.restore(positionAfter(run, steps));
    } catch (error) {
      trainer.restore!(before);
      throw error;
    }
  });
  return steps;
}

/** The position of the data after so many steps. */
function positionAfter({ epoch, position, batchesPerEpoch }: RunFile, steps: number): Json {
  const at = position + steps;
  return { epoch: epoch + Math.floor(at / batchesPerEpoch), position: at % batchesPerEpoch };
}

function readRun(bytes: Uint8Array): RunFile {
  const run = jsonFields(parseJson(new TextDecoder().decode(bytes)));
  if (run?.['format'] === RUN_FORMAT) return run as unknown as RunFile;
  const { format = 'a file without a format' } = run ?? { format: 'a file that is not JSON' };
  const seen = typeof format === 'string' ? format : 'another';
  const fix = 'Export the run with this version of the library.';
  throw unusable(where, 'folder', `must have a run.json of the format '${RUN_FORMAT}'`, { seen, fix });
}

/** The newest whole state; undefined if the run has made none. */
async function newestState(
  folder: CheckpointStore,
  names: readonly string[],
  { id, steps }: RunFile,
): Promise<{ readonly step: number; readonly bytes: Uint8Array } | undefined> {
  const states = names.flatMap((name) => {
    const found = /^state-(\d{8})-([\da-f]{8})-([\da-f]{8})\.safetensors$/.exec(name);
    const step = Number(found?.[1]);
    return found?.[2] === id && step <= steps ? [{ name, step, sum: found[3]! }] : [];
  });
  for (const { name, step, sum } of states.reverse()) {
    const bytes = await folder.load(name);
    if ((await withPauses(crc32(bytes))) === sum) return { step, bytes };
  }
  if (states.length === 0) return undefined;
  const fix = 'Copy the folder again.';
  throw wrongKind(where, 'folder', 'must have a whole state', { seen: 'damaged ones only', fix });
}
