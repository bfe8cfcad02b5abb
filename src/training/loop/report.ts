import type { Tensor } from '@tensorflow/tfjs-core';
import { notAsync } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { readNumbers } from '../../tensor/lost-backend.js';
import type { Trainer, Verdict } from '../trainer/trainer.js';
import type { Evaluation } from './evaluate-all.js';
import { judgeData } from './judge-data.js';
import type { NewVerdicts } from './new-verdicts.js';
import type { Tallied, Tally } from './tally.js';
import type { LoopVerdictKind } from './train-options.js';

/** What {@link train} reports at the end of each epoch, or every `reportEvery` updates. */
export interface Report<N extends string = string, K extends string = string> {
  /** Number of updates in this call so far. */
  readonly step: number;
  /** Total steps of the trainer, across checkpoints; those of this call if the trainer does not count them. */
  readonly totalSteps: number;
  /** The epoch of this call, counted from 1. */
  readonly epoch: number;
  /** Means over the updates since the last report; values that are not finite are ignored. */
  readonly metrics: Readonly<Record<N, number>>;
  /**
   * Means over the examples of `validation`; NaN if a value is not finite. Also absent in the last report of a run that was ended
   * in the middle of the validation.
   */
  readonly validation?: Readonly<Record<N, number>> | undefined;
  /** Seconds since the call began. */
  readonly seconds: number;
  /** Number of updates since the last report that were skipped because of a number that is not finite. */
  readonly skipped: number;
  /**
   * New verdicts of the trainer and of the loop on what the numbers show; usually none. A verdict that still holds in the next report is not
   * repeated there, unless its words change; one that comes back is new again.
   */
  readonly verdicts: readonly Verdict<K | LoopVerdictKind>[];
  /** All verdicts that hold now, those of earlier reports included; absent if there is none. */
  readonly standing?: readonly Verdict<K | LoopVerdictKind>[] | undefined;
}

/** The ingredients of a report. */
interface Findings<N extends string> {
  readonly tally: Tally<N>;
  /** The statistics of the first batch. */
  readonly look: Tensor | undefined;
  evaluate(): Promise<Evaluation<N> | undefined>;
  /** The option of {@link train}; without it, reports come at the end of each epoch. */
  readonly reportEvery: number | undefined;
  readonly newVerdicts: NewVerdicts;
}

/** Reads everything in a report except the time. */
export async function reportOf<N extends string, K extends string>(
  trainer: Trainer<N, K>,
  { tally, look, evaluate, reportEvery, newVerdicts }: Findings<N>,
  { step, epoch }: Pick<Report, 'step' | 'epoch'>,
): Promise<Omit<Report<N, K>, 'seconds'>> {
  const tallied = await tally.read();
  const { metrics, skipped, batches: updates } = tallied;
  const totalSteps = trainer.steps ?? step;
  const evaluated = await evaluate();
  const evidence = await readNumbers('train', trainer.evidence ?? []);
  const standing: Verdict<K | LoopVerdictKind>[] = [
    ...verdictsOf(trainer.judge?.(metrics, evidence) ?? []),
    ...judgeSkipped(tallied, totalSteps - updates, trainer.skipped?.length ?? 0),
    ...judgeValidation(evaluated),
    ...remarksOfRates(trainer, reportEvery === undefined ? epoch : epoch - 1),
  ];
  if (step <= updates) standing.unshift(...(await judgeLook(trainer, look)));
  const verdicts = newVerdicts(standing);
  return {
    step,
    totalSteps,
    epoch,
    metrics,
    validation: evaluated?.metrics,
    skipped,
    verdicts,
    ...(standing.length > 0 && { standing }),
  };
}

/** The verdicts of a trainer's judge; throws unless it returned a list of verdicts. */
function verdictsOf<K extends string>(given: readonly Verdict<K>[]): readonly Verdict<K>[] {
  const list: unknown = given;
  if (Array.isArray(list) && list.every((one: Partial<Verdict> | null | undefined) => typeof one?.kind === 'string'))
    return given;
  const fix = notAsync(list) ?? 'Return [] where there is none.';
  throw wrongKind('train', 'judge', 'must give an array of verdicts { kind, message }', { got: list, fix });
}

async function judgeLook(trainer: Trainer, look: Tensor | undefined): Promise<Verdict<LoopVerdictKind>[]> {
  if (look === undefined) return [];
  const [numbers] = await readNumbers('train', [look]);
  return judgeData(trainer.accepts!, numbers!);
}

/** A verdict on skipped updates; it counts steps over the trainer's life. */
function judgeSkipped(
  { skippedBatches: skipped, batches, firstSkipped }: Tallied<string>,
  stepsBefore: number,
  players: number,
): Verdict<LoopVerdictKind>[] {
  if (skipped === 0) return [];
  const what = players > 1 ? 'steps had updates that' : 'updates';
  const data = 'look for such numbers in the data, and for labels beyond the classes';
  const rate = 'lower the learning rate or set clipNorm';
  const message =
    `${skipped} of ${batches} ${what} were left out, the first in step ${stepsBefore + firstSkipped}, because they would have ` +
    'brought in a number that is not finite. ' +
    (skipped < batches ? `Try to ${rate}, and ${data}.` : `As all were, first ${data}; then ${rate}.`);
  return [{ kind: 'skipped updates', message }];
}

function judgeValidation({ notFinite, batches }: Partial<Evaluation<string>> = {}): Verdict<LoopVerdictKind>[] {
  if (!notFinite) return [];
  const message =
    `${notFinite} of ${batches} batches of the validation data gave a metric that is not finite, so that it has no mean. ` +
    'Look for such numbers in these data, and for labels beyond the classes.';
  return [{ kind: 'validation not finite', message }];
}

/** The verdicts of learning rates that change at the ends of epochs, after this many epochs. */
function remarksOfRates(trainer: Trainer, epochs: number): Verdict<LoopVerdictKind>[] {
  const settings = Object.values(trainer.state?.settings ?? {}) as readonly (Rated | null | undefined)[];
  return settings.flatMap((rated) => (rated?.learningRate ?? rated?.of?.learningRate)?.remark?.(epochs) ?? []);
}

/** Settings of an optimizer, or of one `of` another; a rate of `reduceOnPlateau` from `tfjs-generative/run` has a `remark`. */
interface Rated {
  readonly learningRate?: { remark?(epochs: number): Verdict<LoopVerdictKind> | undefined };
  readonly of?: Rated | undefined;
}
