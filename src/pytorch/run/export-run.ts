import { version } from '../../../package.json';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import type { Recording } from '../../record/recording.js';
import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { checkInteger, checkRecord } from '../../tensor/plain-checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { optional, readOptions } from '../../tensor/options.js';
import type { BatchSource } from '../../training/data/batches.js';
import { readDataSet, type BatchData } from '../../training/data/data-set.js';
import { jsonFields } from '../../training/json.js';
import { withPauses } from '../../training/pause.js';
import { checkSource, saveCheckpoint } from '../../training/saving/checkpoint.js';
import { encodePieces, type SafetensorsTensor } from '../../training/saving/safetensors.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { printSource, type PrintedSource } from '../source/print-source.js';
import { acrossExamples } from './across-examples.js';
import { crc32 } from './crc32.js';
import { recordRun } from './record-run.js';
import { GO_ON } from './go-on.js';
import { mixedExamples } from './mixed-examples.js';
import { RUN_FORMAT, type RunFile, type RunValue } from './run-file.js';
import { storedRows, type StoredRows } from './stored-rows.js';

const where = 'exportRun';

/** Options of {@link exportRun}. */
export interface ExportRunOptions {
  /** The data set, as for `batches`. */
  readonly data: BatchData;
  /** Examples per batch, over all processes. */
  readonly batchSize: number;
  /** Where the files go: `folderStore('run')` of `/node`, or another store. */
  readonly folder: CheckpointStore;
  /** The stream from which `batches` draws the order of the examples; by default they keep their order. */
  readonly random?: RandomStream | undefined;
  /** The source of the training so far, made by `batches` of the same data: the run goes on at its position. By default it begins with the first batch. */
  readonly source?: BatchSource | undefined;
  /** How many steps the run may make; what the host chooses for them is written into it. Default 1000. */
  readonly steps?: number | undefined;
  /** From which PyTorch draws random numbers, at least 0. Default 0. */
  readonly seed?: number | undefined;
  /** For how many of the first steps the trainer's own draws are written into the run, for a comparison. Default 0. */
  readonly storedDraws?: number | undefined;
  /** The players of a game that a step updates, as in `trainer.step`; by default the game decides, which must be the same at each step. */
  readonly players?: readonly string[] | undefined;
}

/**
 * Writes a run for PyTorch: the recorded step as Python source, weights, moments and averages, the data, and the order of the coming batches. `python3 go_on.py run`
 * trains it, in one process or in several; {@link importRun} brings it back.
 *
 * The folder then has `step.py`, `go_on.py`, `run.json`, `run.safetensors` (a checkpoint), `data.safetensors` and `tables.safetensors`. Python needs torch and
 * safetensors.
 *
 * @param trainer - it is the same afterwards, to the bit
 * @param options - see {@link ExportRunOptions}
 * @throws Error if the trainer cannot be recorded or resumed, or has an operation that PyTorch has not; TypeError or RangeError if an option is wrong
 * @example
 * ```ts
 * await exportRun(trainer, { data: images, batchSize: 64, random, folder: folderStore('out/run') });
 * // torchrun --nproc-per-node 8 out/run/go_on.py out/run --steps 1000
 * await importRun(trainer, folderStore('out/run'));
 * ```
 */
export async function exportRun(trainer: Trainer, options: ExportRunOptions): Promise<void> {
  const read = readOptions(where, options, {
    data: checkData,
    batchSize: checkInteger,
    folder: checkStore,
    random: { is: checkRandom, default: undefined },
    source: { is: checkSource, default: undefined },
    steps: { is: checkInteger, default: 1000 },
    seed: { is: checkInteger, least: 0, default: 0 },
    storedDraws: { is: checkInteger, least: 0, default: 0 },
    players: optional,
  });
  const { data, batchSize, folder, source, seed } = read;
  checkRecord(where, 'trainer', trainer, 'step restore', 'createTrainer or a trainer of a family');
  const checkpoint = await saveCheckpoint(trainer);
  const rows = await storedRows(where, data);
  const [examples] = rows[0]!.stored.shape as [number];
  if (batchSize > examples)
    throw outOfRange(where, 'batchSize', `must not be above the ${examples} examples`, { got: batchSize });
  const start = jsonFields(source?.state() ?? { epoch: 0, position: 0 }) as { epoch: number; position: number };
  const followed = { ...read, trainer, rows, examples, start };
  const { recording, tables, counters, batchesPerEpoch, ...found } = await recordRun(where, followed);
  const { averaged, mixed, isPicked } = mixedExamples(recording);
  const alone = found.alone ?? (isPicked ? 'a step picks examples by their places in the whole batch' : null);
  const joinings = alone === null && mixed.length > 0 ? acrossExamples(recording) : undefined;
  const isJoined = joinings !== undefined;
  const printed = printSource(recording, where, 'trainer', joinings);
  const encode = (all: readonly SafetensorsTensor[]) =>
    withPauses(encodePieces({ tensors: all, metadata: { format: RUN_FORMAT } }, where), undefined);
  const texts = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    'step.py': texts.encode(printed.source),
    'go_on.py': texts.encode(GO_ON),
    'run.safetensors': checkpoint,
    'data.safetensors': await encode(rows.map(({ stored }) => stored)),
    'tables.safetensors': await encode([...tables, ...constantsOf(printed)]),
  };
  const about: Omit<RunFile, 'id' | 'files'> = {
    format: RUN_FORMAT,
    library: version,
    trainer: JSON.stringify(jsonFields(trainer.state.plain)?.['trainer'] ?? null),
    seed,
    steps: read.steps,
    batchSize,
    examples,
    batchesPerEpoch,
    ...start,
    alone,
    ...valuesOf(recording, rows, printed),
    stored: Math.min(read.storedDraws, read.steps),
    constants: [...printed.constants.keys()],
    metrics: recording.outputs.map(({ name }) => name),
    isJoined,
    averaged: isJoined ? [] : averaged,
    mixed: isJoined || alone !== null ? [] : mixed,
    counters,
  };
  await writeFiles(folder, files, about);
}

/** Writes the files of a run, and last run.json: without it, the others are no run. */
async function writeFiles(
  folder: CheckpointStore,
  files: Readonly<Record<string, Uint8Array>>,
  about: Omit<RunFile, 'id' | 'files'>,
): Promise<void> {
  const sums: Record<string, RunFile['files'][string]> = {};
  for (const [name, bytes] of Object.entries(files))
    sums[name] = { bytes: bytes.length, crc32: await withPauses(crc32(bytes)) };
  const all = { ...about, files: sums };
  const texts = new TextEncoder();
  const id = await withPauses(crc32(texts.encode(JSON.stringify(all))));
  for (const [name, bytes] of Object.entries(files)) await folder.save(name, bytes);
  await folder.save('run.json', texts.encode(`${JSON.stringify({ ...all, id }, null, 1)}\n`));
}

/** The values that a step needs. */
function valuesOf({ inputs, draws }: Recording, rows: readonly StoredRows[], { parameters }: PrintedSource) {
  const value = ({ name, dtype, shape }: Recording['inputs'][number]): RunValue => ({
    name,
    parameter: parameters.get(name)!,
    dtype,
    shape,
  });
  return {
    data: inputs
      .filter(({ data }) => !data)
      .map((one) => ({ ...value(one), isScaled: rows.find(({ name }) => name === one.name)!.isScaled })),
    chosen: inputs.filter(({ data }) => data).map(value),
    draws: draws.map((one) => ({
      ...value(one),
      distribution: one.distribution,
      low: one.low ?? null,
      high: one.high ?? null,
    })),
  };
}

/** The constants that are too long for step.py. */
function constantsOf({ constants }: PrintedSource): SafetensorsTensor[] {
  return Array.from(constants, ([name, { tensor, data }]) => ({
    name,
    dtype: ({ float32: 'F32', int32: 'I32', bool: 'BOOL' } as const)[tensor.dtype],
    shape: tensor.shape as number[],
    data,
  }));
}

export function checkStore(where: string, argument: string, store: unknown): void {
  checkRecord(where, argument, store, 'save load list', 'folderStore of `/node`, or browserStore of `/browser`');
}

function checkData(where: string, _: string, data: unknown): void {
  readDataSet(where, data as BatchData);
}
