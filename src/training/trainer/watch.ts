import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { stopGradient } from '../../gradients/stop-gradient.js';
import { gradientDepth } from '../../gradients/tape.js';
import { checkGiven, checkTensor } from '../../tensor/checks.js';
import { outOfRange } from '../../tensor/errors.js';
import { keepValues } from '../optimizers/keep-values.js';
import type { JudgeInput } from './trainer-options.js';

/** Steps from one look to the next: a look costs kernels, and what it notes changes slowly. */
export const LOOK_EVERY = 8;
/** Looks before which little is known. */
export const FIRST_LOOKS = 50;
/** The decay of an average over the last few looks. */
export const OF_FEW = 0.7;
/** The decay of an average over the last twenty. */
export const OF_MANY = 0.95;

/** One look at a step. It gives the numbers of the evidence that change, by name; no gradient goes through it. */
export type Watch<Seen> = (seen: Seen, at: Look) => Readonly<Record<string, Tensor>>;

/** What a {@link Watch} is given beside what the step shows it. */
export interface Look {
  /** What the evidence holds, by name. */
  readonly evidence: Readonly<Record<string, Tensor>>;
  /** Looks before this one in the trainer's life, which checkpoints keep. */
  readonly lifeLooks: number;
  /** Looks before this one in this process. */
  readonly looks: number;
}

/** The looks of a watch in this process. */
export interface Looks {
  /** How many there were. */
  readonly count: number;
  /** Examples in the batch of the last one; infinite before the first. */
  readonly batch: number;
}

/** Those of a watch that has not looked yet. */
export const NO_LOOKS: Looks = { count: 0, batch: Infinity };

/** What a trainer notes on the device for its judge. */
export interface Evidence<Seen> {
  readonly variables: readonly Variable[];
  /** Lets the watch look at a step if its turn has come; otherwise what would be shown is not computed. */
  look(show: () => Seen, step: number, batch: number): void;
  /** Keeps what is held; the function that it returns puts back what is then no longer finite. */
  keep(): () => void;
  /** What a judge is given: the numbers of the variables by their names, none of those that were not read, and the looks. */
  forJudge(numbers: readonly ArrayLike<number>[]): Pick<JudgeInput, 'evidence' | 'looks'>;
}

/** The evidence of a trainer, at which its watch, if any, has not looked yet. */
export function createEvidence<Seen>(
  held: Readonly<Record<string, Variable>>,
  watch: Watch<Seen> | undefined,
): Evidence<Seen> {
  const variables = Object.values(held);
  let looks = watch && NO_LOOKS;
  return {
    variables,
    look: (show, step, batch) => {
      if (watch === undefined || looks === undefined || step % LOOK_EVERY !== 0) return;
      const at = { evidence: held, lifeLooks: step / LOOK_EVERY, looks: looks.count };
      offTape(() => move(held, watch(show(), at)));
      looks = { count: looks.count + 1, batch };
    },
    keep: () => {
      const putBack = keepValues(variables);
      return () => putBack((now, kept) => (now.dataId === kept.dataId ? kept : tf.where(tf.isFinite(now), now, kept)));
    },
    forJudge: (numbers) => ({
      evidence: Object.fromEntries(Object.keys(held).map((name, i) => [name, numbers[i] ?? []])),
      looks,
    }),
  };
}

function move(held: Readonly<Record<string, Variable>>, changed: Readonly<Record<string, Tensor>>): void {
  checkGiven('step', 'watch', changed, '{ mean }');
  for (const [name, numbers] of Object.entries(changed)) {
    checkTensor('step', `watch(...).${name}`, numbers);
    if (held[name] === undefined) {
      const rule = `must have the names of evidence: ${Object.keys(held).join(', ')}`;
      throw outOfRange('step', 'watch(...)', rule, { got: name });
    }
    held[name].assign(numbers);
  }
}

/** Does work that no gradient call around it records. */
function offTape(work: () => void): void {
  if (gradientDepth() === 0) tf.tidy(work);
  else stopGradient(() => (work(), tf.scalar(0)));
}

/** Evidence that holds these numbers before the first look. */
export function evidenceOf(numbers: tf.TensorLike): Variable {
  return tf.tidy(() => tf.variable(tf.tensor(numbers), false));
}

/** A moving average: news + decay (average - news). */
export function follow(average: Tensor, news: Tensor, decay: number | number[] | number[][]): Tensor {
  return tf.add(news, tf.mul(decay, tf.sub(average, news)));
}

/** The decay of an average that is the mean of all it was given until there are so many that `decay` forgets the first. */
export function decayOfMean(decay: number, looks: number): number {
  return Math.min(decay, looks / (looks + 1));
}
