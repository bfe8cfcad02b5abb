import { recordTrainer, type BatchSpec } from '../../record/record-step.js';
import type { Recording } from '../../record/recording.js';
import type { RandomStream } from '../../random/index.js';
import { isOurs, unusable } from '../../tensor/errors.js';
import { batches, type BatchSource } from '../../training/data/batches.js';
import type { BatchData } from '../../training/data/data-set.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { followRun, type FollowedRun } from './follow-run.js';
import type { StoredRows } from './stored-rows.js';

/** What is recorded of a training. */
export interface RunToRecord {
  readonly trainer: Trainer;
  readonly data: BatchData;
  readonly rows: readonly StoredRows[];
  readonly examples: number;
  readonly batchSize: number;
  readonly random: RandomStream | undefined;
  readonly source: BatchSource | undefined;
  readonly start: { readonly epoch: number; readonly position: number };
  readonly steps: number;
  readonly storedDraws: number;
  readonly players: readonly string[] | undefined;
}

/** A step, and what the host chooses for the coming ones. */
export interface RecordedRun extends FollowedRun {
  readonly recording: Recording;
  readonly batchesPerEpoch: number;
  /** Why only one process can make the step; null if nothing is known against it. */
  readonly alone: string | null;
}

/** Records the step for any number of examples, or for those of a batch if it does something else for another number. */
export async function recordRun(where: string, run: RunToRecord): Promise<RecordedRun> {
  try {
    return { ...(await recorded(where, run, null)), alone: null };
  } catch (error) {
    if (!isOurs(error) || !/free sizes|the same at each call/.test(error.message)) throw error;
    const alone = 'the number of examples decides what a step computes';
    return { ...(await recorded(where, run, run.batchSize)), alone };
  }
}

async function recorded(
  where: string,
  { rows, data, source, players, ...run }: RunToRecord,
  count: number | null,
): Promise<Omit<RecordedRun, 'alone'>> {
  const { batchSize, random, trainer } = run;
  const sample = batches(data, { batchSize, ...(random && { random }), dropLast: count !== null });
  const { batchesPerEpoch } = sample;
  if (source && source.batchesPerEpoch !== batchesPerEpoch)
    throw unusable(where, 'source', `must have ${batchesPerEpoch} batches in an epoch`, {
      got: source.batchesPerEpoch,
      fix: 'Make it with the same data and batchSize.',
    });
  let followed: FollowedRun;
  const recording = await recordTrainer(where, trainer, specOf(rows, count), {
    players,
    follow: async (recording, step) => {
      followed = await followRun({ where, recording, step, sample, ...run });
    },
  });
  return { recording, batchesPerEpoch, ...followed! };
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
