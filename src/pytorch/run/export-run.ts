import { version } from '../../../package.json';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/index.js';
import { recordTrainer, type BatchSpec } from '../../record/record-step.js';
import type { Recording } from '../../record/recording.js';
import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { checkInteger, checkRecord } from '../../tensor/plain-checks.js';
import { isOurs, outOfRange, unusable } from '../../tensor/errors.js';
import { optional, readOptions } from '../../tensor/options.js';
import { batches, type BatchSource } from '../../training/data/batches.js';
import { readDataSet, type BatchData } from '../../training/data/data-set.js';
import { jsonFields } from '../../training/json.js';
import { withPauses } from '../../training/pause.js';
import { saveCheckpoint } from '../../training/saving/checkpoint.js';
import { encodePieces, type SafetensorsTensor } from '../../training/saving/safetensors.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { printSource, type PrintedSource } from '../source/print-source.js';
import { acrossExamples } from './across-examples.js';
import { crc32 } from './crc32.js';
import { followRun, type FollowedRun } from './follow-run.js';
import { GO_ON } from './go-on.js';
import { checkSource } from './import-run.js';
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
// eslint-disable-next-line max-lines-per-function -- to be divided
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
  const { data, batchSize, folder, random, source, seed } = read;
  checkRecord(where, 'trainer', trainer, 'step restore', 'createTrainer or a trainer of a family');
  const checkpoint = await saveCheckpoint(trainer);
  const rows = await storedRows(where, data);
  const [examples] = rows[0]!.stored.shape as [number];
  if (batchSize > examples)
    throw outOfRange(where, 'batchSize', `must not be above the ${examples} examples`, { got: batchSize });
  const start = jsonFields(source?.state() ?? { epoch: 0, position: 0 }) as { epoch: number; position: number };
  const recorded = async (spec: BatchSpec, isFixed: boolean) => {
    const sample = batches(data, { batchSize, ...(random && { random }), dropLast: isFixed });
    if (source && source.batchesPerEpoch !== sample.batchesPerEpoch)
      throw unusable(where, 'source', `must have ${sample.batchesPerEpoch} batches in an epoch`, {
        got: source.batchesPerEpoch,
        fix: 'Make it with the same data and batchSize.',
      });
    let followed: FollowedRun | undefined;
    const recording = await recordTrainer(where, trainer, spec, {
      players: read.players,
      follow: async (recording, step) => {
        followed = await followRun({ where, recording, step, trainer, random, batchSize, examples, start, sample, steps: read.steps, storedDraws: read.storedDraws }); // prettier-ignore
      },
    });
    return { recording, followed: followed!, batchesPerEpoch: sample.batchesPerEpoch };
  };
  let alone: string | null = null;
  let made;
  try {
    made = await recorded(specOf(rows, null), false);
  } catch (error) {
    if (!isOurs(error) || !/free sizes|the same at each call/.test(error.message)) throw error;
    alone = 'the number of examples decides what a step computes';
    made = await recorded(specOf(rows, batchSize), true);
  }
  const { recording, followed, batchesPerEpoch } = made;
  const found = mixedExamples(recording);
  const joinings = found.mixed.length > 0 ? acrossExamples(recording) : undefined;
  const printed = printSource(recording, where, 'trainer', joinings);
  const { averaged, mixed, isPicked } = joinings ? { ...found, averaged: [], mixed: [] } : found;
  if (isPicked) alone ??= 'a step picks examples by their places in the whole batch';
  const tensors: SafetensorsTensor[] = [
    ...followed.tables,
    ...Array.from(printed.constants, ([name, { tensor, data }]) => ({
      name,
      dtype: ({ float32: 'F32', int32: 'I32', bool: 'BOOL' } as const)[tensor.dtype],
      shape: tensor.shape as number[],
      data,
    })),
  ];
  const encode = (all: readonly SafetensorsTensor[]) =>
    withPauses(encodePieces({ tensors: all, metadata: { format: RUN_FORMAT } }, where), undefined);
  const texts = new TextEncoder();
  const files: Record<string, Uint8Array> = {
    'step.py': texts.encode(printed.source),
    'go_on.py': texts.encode(GO_ON),
    'run.safetensors': checkpoint,
    'data.safetensors': await encode(rows.map(({ stored }) => stored)),
    'tables.safetensors': await encode(tensors),
  };
  const sums = Object.fromEntries(
    Object.entries(files).map(([name, bytes]) => [name, { bytes: bytes.length, crc32: crc32(bytes) }]),
  );
  const about: Omit<RunFile, 'id'> = {
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
    isJoined: joinings !== undefined,
    averaged,
    mixed,
    counters: followed.counters,
    files: sums,
  };
  const id = crc32(texts.encode(JSON.stringify(about)));
  for (const [name, bytes] of Object.entries(files)) await folder.save(name, bytes);
  // without it, the other files are no run
  await folder.save('run.json', texts.encode(`${JSON.stringify({ ...about, id }, null, 1)}\n`));
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

/** The batch that is recorded: any number of examples, or so many. */
function specOf(rows: readonly StoredRows[], count: number | null): BatchSpec {
  const [x, ...others] = rows.map(({ dtype, stored }) => ({ dtype, shape: [count, ...stored.shape.slice(1)] }));
  const named = others.map((spec, i) => [rows[i + 1]!.name, spec] as const);
  const condition = named.find(([name]) => name === 'condition')?.[1];
  const conditions = named.filter(([name]) => name !== 'condition');
  return {
    x: x!,
    ...(condition && { condition }),
    ...(conditions.length > 0 && { conditions: Object.fromEntries(conditions) }),
  };
}

export function checkStore(where: string, argument: string, store: unknown): void {
  checkRecord(where, argument, store, 'save load list', 'folderStore of `/node`, or browserStore of `/browser`');
}

function checkData(where: string, _: string, data: unknown): void {
  readDataSet(where, data as BatchData);
}
