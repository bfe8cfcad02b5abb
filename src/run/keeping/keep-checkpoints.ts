import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { checkInteger, checkRecord } from '../../tensor/checks.js';
import { outOfRange, unusable, wrongKind } from '../../tensor/errors.js';
import { readOptions, signalRule } from '../../tensor/options.js';
import type { BatchSource } from '../../training/data/batches.js';
import { checkJson, type Json } from '../../training/json.js';
import type { Observer, RunContext } from '../../training/observer.js';
import { saveCheckpoint, sourceRules, type SaveCheckpointOptions } from '../../training/saving/checkpoint.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import { followEpochs } from '../observers/epoch-metric.js';
import { watchedRules } from '../observers/watched-metric.js';
import { createClaim } from './create-claim.js';
import { createKeptIndex, type KeptCheckpoint } from './kept-index.js';

/** Options of {@link keepCheckpoints}. */
export interface KeepOptions {
  /** Where checkpoints are kept: `folderStore` from `/node`, `browserStore` from `/browser`, or a store of your own. */
  readonly store: CheckpointStore;
  /** The name of the run, a prefix of all of its names in the store; `run` by default. */
  readonly run?: string | undefined;
  /** How many of the latest checkpoints are kept, at least 1; 1 by default. */
  readonly last?: number | undefined;
  /** The metric that selects the best checkpoints, and how many are kept; none by default. */
  readonly best?: BestOptions | undefined;
  /** Number of epochs between two saves; 1 by default. */
  readonly every?: number | undefined;
  /** Metadata of each checkpoint, as in `saveCheckpoint`; null by default. */
  readonly metadata?: Json | undefined;
}

/** How the best checkpoints are selected. */
export interface BestOptions {
  /** The metric: `elbo` is that of the epoch's updates, `val_elbo` that of the validation data. */
  readonly metric: string;
  /** Whether lower or higher is better. */
  readonly goal: 'min' | 'max';
  /** How many of the best are kept, at least 1; 1 by default. */
  readonly count?: number | undefined;
}

/** Options of {@link CheckpointKeeper.save}: those of `saveCheckpoint`, and the values for the selection. */
export interface KeepSaveOptions extends Omit<SaveCheckpointOptions, 'metadata'> {
  /** The metric that selects the best; a value that is not finite is never the best. NaN by default, but `best` requires it. */
  readonly value?: number | undefined;
  /** Number of epochs so far; 0 by default. */
  readonly epoch?: number | undefined;
}

/** An observer that saves checkpoints at the ends of epochs, and loads them. */
export interface CheckpointKeeper extends Observer {
  /** Saves a checkpoint, then removes those that are no longer kept; for your own loop. */
  save(trainer: Trainer, options?: KeepSaveOptions): Promise<void>;
  /** The bytes of the latest checkpoint or of the best one, for `loadCheckpoint`; undefined if there is none. */
  load(which: 'latest' | 'best'): Promise<Uint8Array | undefined>;
  /** The kept checkpoints, in the order in which they were saved. */
  list(): Promise<KeptCheckpoint[]>;
}

/**
 * Keeps the latest checkpoints of a run and the best ones by a metric in a store, and removes the others.
 *
 * A checkpoint is written first, then an index next to it, and only then are others removed. So a program that is killed at any moment
 * leaves the latest and the best. The index says which is the best, for later processes too.
 *
 * @param options - see {@link KeepOptions}
 * @returns an observer for `train`, with nothing to dispose; a checkpoint holds the state of all observers of the run
 * @throws TypeError or RangeError if an option is wrong; Error, before the first update, if the store has a run of this name that
 *   the trainer does not continue
 * @remarks A model whose metric is not finite is never the best. Of equal values, the earlier one is the best. Only one run at a time
 * may use a name in a store. Of two tabs with a `browserStore`, the second is rejected before its first update; elsewhere, the run that
 * saves second is rejected, or, if two programs save at the same moment, it is rejected one save later.
 * @example
 * ```ts
 * const keep = keepCheckpoints({ store: folderStore('kept'), last: 2, best: { metric: 'val_elbo', goal: 'max' } });
 * const observers = [keep];
 * const saved = await keep.load('latest'); // undefined in the first process
 * if (saved) await loadCheckpoint(trainer, saved, { data: source, observers });
 * await fit(trainer, source, { epochs: 4, validation: [x], observers });
 * console.log((await keep.list()).length >= 2); // true
 * ```
 */
export function keepCheckpoints(options: KeepOptions): CheckpointKeeper {
  const where = 'keepCheckpoints';
  const { store, run, last, best, every, metadata } = readOptions(where, options, {
    store: checkStore,
    run: { default: 'run' },
    last: { is: checkInteger, default: 1 },
    best: { is: checkBest, default: undefined },
    every: { is: checkInteger, default: 1 },
    metadata: { is: checkJson, default: null },
  });
  const index = createKeptIndex(where, store, run);
  const claim = createClaim(where, { store, run, index });

  const bestOf = (all: readonly KeptCheckpoint[]): readonly KeptCheckpoint[] => bestBy(best, all);
  const save = async (trainer: Trainer, saved: KeepSaveOptions = {}): Promise<void> => {
    const { value, epoch, ...others } = readSaveOptions(`${where}.save`, saved);
    const bytes = await saveCheckpoint(trainer, { ...others, metadata });
    const step = trainer.steps ?? epoch;
    const one: KeptCheckpoint = { name: index.nameOf(step), step, epoch, value: Number.isFinite(value) ? value : null };
    const before = await claim.readAlone();
    const all = [...before.filter(({ name }) => name !== one.name), one];
    await store.save(one.name, bytes);
    const wanted = new Set([...all.slice(-last), ...bestOf(all)]);
    await index.write(
      all.filter((kept) => wanted.has(kept)),
      claim.writer,
    );
  };

  let ended: { readonly value: number; readonly epoch: number } | undefined;
  const epochs = followEpochs({
    where,
    metric: best?.metric,
    decide: (value, epoch) => {
      ended = { value, epoch };
    },
  });
  /** Saves the checkpoint of the end of an epoch, if one is to be saved. */
  const saveEnd = async ({ trainer, data, validation, observers }: RunContext): Promise<void> => {
    const at = ended;
    ended = undefined;
    if (at === undefined || at.epoch % every !== 0) return;
    await save(trainer, { data: sourceOf(data), validation: sourceOf(validation), observers, ...at });
  };

  return Object.freeze({
    ...epochs,
    begin: async (run) => {
      await claim.begin();
      checkContinues(where, await claim.read(), run.trainer);
      await epochs.begin(run);
      await saveEnd(run);
    },
    afterEpoch: saveEnd,
    end: claim.leave,
    save: async (trainer, saved = {}) => {
      if (best !== undefined) checkValue(where, best, saved);
      await save(trainer, saved);
    },
    load: async (which) => {
      if (which !== 'latest' && which !== 'best') {
        throw outOfRange(`${where}.load`, 'which', "must be 'latest' or 'best'", { got: which });
      }
      const all = await claim.read();
      const kept = which === 'latest' ? all.at(-1) : bestOf(all)[0];
      return kept && store.load(kept.name);
    },
    list: claim.read,
  } satisfies CheckpointKeeper);
}

function readSaveOptions(where: string, saved: KeepSaveOptions) {
  return readOptions(where, saved, {
    value: { default: NaN },
    epoch: { default: 0 },
    ...sourceRules,
    signal: signalRule,
  });
}

/** The best of the kept checkpoints, the best first. */
function bestBy(best: BestOptions | undefined, all: readonly KeptCheckpoint[]): readonly KeptCheckpoint[] {
  if (best === undefined) return [];
  const sign = best.goal === 'max' ? -1 : 1;
  const finite = all.filter(({ value }) => value !== null);
  // sorting is stable: of equal values the earlier one is the best
  return finite.sort((a, b) => sign * (a.value! - b.value!)).slice(0, best.count ?? 1);
}

function checkStore(where: string, argument: string, store: CheckpointStore): void {
  checkRecord(
    where,
    argument,
    store,
    'save load list remove',
    'folderStore(path) of /node, browserStore() of /browser',
  );
}

/** Throws if a checkpoint could never be the best, as it has no value. */
function checkValue(where: string, { metric }: BestOptions, { value }: KeepSaveOptions): void {
  if (value !== undefined) return;
  const rule = `must be given: the ${metric} selects the best`;
  throw wrongKind(`${where}.save`, 'value', rule, { got: value, fix: 'NaN is never the best.' });
}

function checkBest(where: string, argument: string, best: BestOptions): void {
  const { metric, goal } = watchedRules;
  readOptions(where, best, { metric, goal, count: { is: checkInteger, default: 1 } }, argument);
}

/** Throws if every kept checkpoint belongs to another run, whose files would gradually be replaced. */
function checkContinues(where: string, all: readonly KeptCheckpoint[], { steps }: Trainer): void {
  if (steps === undefined || all.length === 0 || all.some(({ step }) => step <= steps)) return;
  const seen = `one whose first checkpoint is of step ${Math.min(...all.map(({ step }) => step))}, where the trainer is at ${steps}`;
  const fix = "Continue from `load('latest')`, or use another `run`.";
  throw unusable(where, 'store', 'must not have another run of this name', { seen, fix });
}

/** The source, if its position can be saved. */
function sourceOf(data: unknown): BatchSource | undefined {
  const { state, restore } = (data ?? {}) as Partial<BatchSource>;
  return typeof state === 'function' && typeof restore === 'function' ? (data as BatchSource) : undefined;
}
