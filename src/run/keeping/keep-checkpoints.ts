import type { CheckpointStore } from '../../storage/checkpoint-store.js';
import { checkInteger, checkRecord } from '../../tensor/checks.js';
import { outOfRange, unusable } from '../../tensor/errors.js';
import { optional, readOptions } from '../../tensor/options.js';
import type { BatchSource } from '../../training/data/batches.js';
import { checkJson, type Json } from '../../training/json.js';
import { saveCheckpoint, sourceRules, type SaveCheckpointOptions } from '../../training/saving/checkpoint.js';
import type { Trainer } from '../../training/trainer/trainer.js';
import type { EpochRule } from '../rules/epoch-rule.js';
import { watchedRules } from '../rules/improvement.js';
import { createClaim } from './create-claim.js';
import { createKeptIndex, type Kept } from './kept-index.js';

/** Options of {@link keepCheckpoints}. */
export interface KeepOptions {
  /** Where they are kept: `folderStore` of `/node`, `browserStore` of `/browser`, or one of your own. */
  readonly store: CheckpointStore;
  /** The name of the run in the store, the beginning of all of its names there; `run` by default. */
  readonly run?: string | undefined;
  /** How many of the latest are kept, at least 1; 1 by default. */
  readonly last?: number | undefined;
  /** By which metric the best are chosen, and how many of them are kept, 1 by default; none if absent. */
  readonly best?: BestOptions | undefined;
  /** Epochs between two saves; 1 by default. */
  readonly every?: number | undefined;
  /** What is written beside each, as by `saveCheckpoint`. */
  readonly metadata?: Json | undefined;
}

/** Which checkpoints are the best. */
export interface BestOptions {
  /** The metric: `elbo` of the updates of the epoch, `val_elbo` of the validation data. */
  readonly metric: string;
  /** Whether less or more of it is better. */
  readonly goal: 'min' | 'max';
  /** How many are kept, at least 1; 1 by default. */
  readonly count?: number | undefined;
}

/** What {@link CheckpointKeeper.save} takes beside the trainer: the options of `saveCheckpoint`, and what the choice needs. */
export interface KeepSaveOptions extends Omit<SaveCheckpointOptions, 'metadata'> {
  /** The metric by which the best are chosen; one that is not finite is never the best. */
  readonly value?: number | undefined;
  /** Epochs of the run so far; 0 by default. */
  readonly epoch?: number | undefined;
}

/** A rule that saves checkpoints at the ends of epochs, and gives them back. */
export interface CheckpointKeeper extends EpochRule {
  /** Saves one, then removes those that are no longer wanted: for loops of your own, in place of a rule. */
  save(trainer: Trainer, options?: KeepSaveOptions): Promise<void>;
  /** The bytes of the latest checkpoint or of the best one, for `loadCheckpoint`; undefined if there is none. */
  load(which: 'latest' | 'best'): Promise<Uint8Array | undefined>;
  /** What is kept, in the order in which it was saved. */
  list(): Promise<Kept[]>;
}

/**
 * Keeps the latest checkpoints of a run and the best by a metric in a store, and removes the others.
 *
 * A checkpoint is written first, then an index beside it, and only then others are removed, so that a program that is killed at any moment
 * leaves the latest and the best. What is the best is read from the index, also by the next process.
 *
 * @param options - see {@link KeepOptions}
 * @returns a rule for {@link epochRules}, best the last of them; nothing to dispose
 * @throws TypeError or RangeError if an option is wrong; Error, before the first update, if the store has a run of that name that
 *   the trainer does not go on from
 * @remarks A model whose metric is not finite is never the best. Of equal values the earlier one is. A store serves one run of a name at
 * a time: of two tabs with a `browserStore` the second is refused before its first update, and of two runs elsewhere the one that saves
 * second; where two programs save in the same moment, that is one save later.
 * @example
 * ```ts
 * const keep = keepCheckpoints({ store: folderStore('kept'), last: 2, best: { metric: 'val_elbo', goal: 'max' } });
 * const rules = epochRules([keep]);
 * const saved = await keep.load('latest'); // undefined in the first process
 * if (saved) await loadCheckpoint(trainer, saved, { data: source, rules });
 * await fit(trainer, source, { epochs: 4, validation: [x], rules });
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

  const bestOf = (all: readonly Kept[]): readonly Kept[] => {
    if (best === undefined) return [];
    const sign = best.goal === 'max' ? -1 : 1;
    const finite = all.filter(({ value }) => value !== null);
    // a sort keeps the order of equals: the earlier one is the best
    return finite.sort((a, b) => sign * (a.value! - b.value!)).slice(0, best.count ?? 1);
  };

  const save = async (trainer: Trainer, saved: KeepSaveOptions = {}): Promise<void> => {
    const { value, epoch, ...others } = readOptions(`${where}.save`, saved, {
      value: { default: NaN },
      epoch: { default: 0 },
      ...sourceRules,
      signal: optional,
    });
    const bytes = await saveCheckpoint(trainer, { ...others, metadata });
    const step = trainer.steps ?? epoch;
    const one: Kept = { name: index.nameOf(step), step, epoch, value: Number.isFinite(value) ? value : null };
    const before = await claim.readAlone();
    const all = [...before.filter(({ name }) => name !== one.name), one];
    await store.save(one.name, bytes);
    const wanted = new Set([...all.slice(-last), ...bestOf(all)]);
    await index.write(
      all.filter((kept) => wanted.has(kept)),
      claim.writer,
    );
  };

  return Object.freeze({
    metric: best?.metric,
    begin: async ({ trainer }) => {
      await claim.begin();
      checkGoesOn(where, await claim.read(), trainer);
    },
    leave: claim.leave,
    act: async ({ trainer, data, validation, rules, epoch, value }) => {
      if (epoch % every !== 0) return;
      await save(trainer, { data: sourceOf(data), validation: sourceOf(validation), rules, epoch, value });
    },
    save,
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

function checkStore(where: string, argument: string, store: CheckpointStore): void {
  checkRecord(
    where,
    argument,
    store,
    'save load list remove',
    'folderStore(path) of /node, browserStore() of /browser',
  );
}

function checkBest(where: string, argument: string, best: BestOptions): void {
  const { metric, goal } = watchedRules;
  readOptions(where, best, { metric, goal, count: { is: checkInteger, default: 1 } }, argument);
}

/** Throws if all that is kept is of another run: its files would be replaced one after the other. */
function checkGoesOn(where: string, all: readonly Kept[], { steps }: Trainer): void {
  if (steps === undefined || all.length === 0 || all.some(({ step }) => step <= steps)) return;
  const seen = `one whose first checkpoint is of step ${Math.min(...all.map(({ step }) => step))}, where the trainer is at ${steps}`;
  const fix = "Go on from `load('latest')`, or take another `run`.";
  throw unusable(where, 'store', 'must have no other run of this name', { seen, fix });
}

/** A source whose place can be saved. */
function sourceOf(data: unknown): BatchSource | undefined {
  const { state, restore } = (data ?? {}) as Partial<BatchSource>;
  return typeof state === 'function' && typeof restore === 'function' ? (data as BatchSource) : undefined;
}
