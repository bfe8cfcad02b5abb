import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { withoutTape } from '../../gradients/tape.js';
import { checkGiven, checkResult, checkTensor } from '../../tensor/checks.js';
import { keepValues } from '../optimizers/keep-values.js';
import type { JudgeInput } from './trainer-options.js';

/** Number of steps from one look to the next: a look costs kernels, and the evidence changes slowly. */
export const LOOK_EVERY = 8;
/** Number of looks before which little is known. */
export const FIRST_LOOKS = 50;
/** The decay of an average over the last few looks. */
export const OF_FEW = 0.7;
/** The decay of an average over the last twenty. */
export const OF_MANY = 0.95;

/** Looks at one step: returns the evidence that changes, by name. No tape records its computations. */
export type Watch<Seen> = (seen: Seen, at: WatchInput) => Readonly<Record<string, Tensor>>;

/** What a {@link Watch} gets besides the values from the step. */
export interface WatchInput {
  /** The current evidence, by name. */
  readonly evidence: Readonly<Record<string, Tensor>>;
  /** Earlier calls of the watch, across checkpoints. */
  readonly totalCalls: number;
  /** Earlier calls of the watch in this process. */
  readonly calls: number;
}

/** The evidence of a trainer: statistics on the device for its judge. */
export interface Evidence<Seen> {
  readonly variables: readonly Variable[];
  /** Lets the watch look at every eighth step; in other steps `show` is not called. */
  look(show: () => Seen, step: number, examples: number): void;
  /** Keeps a copy of the numbers; the returned function restores those that are no longer finite. */
  keep(): () => void;
  /** The arguments of the judge: the numbers by name, `[]` if none were read, and statistics of the looks. */
  forJudge(numbers: readonly ArrayLike<number>[]): Pick<JudgeInput, 'evidence' | 'watchCalls' | 'batch'>;
}

/** Makes the evidence of a trainer from its variables. */
export function createEvidence<Seen>(
  held: Readonly<Record<string, Variable>>,
  watch: Watch<Seen> | undefined,
): Evidence<Seen> {
  const variables = Object.values(held);
  let [calls, batch] = [0, Infinity];
  return {
    variables,
    look: (show, step, examples) => {
      if (watch === undefined || step % LOOK_EVERY !== 0) return;
      const at = { evidence: held, totalCalls: step / LOOK_EVERY, calls };
      withoutTape(() => move(held, watch(show(), at)));
      [calls, batch] = [calls + 1, examples];
    },
    keep: () => {
      const putBack = keepValues(variables);
      return () => putBack((now, kept) => (now.dataId === kept.dataId ? kept : tf.where(tf.isFinite(now), now, kept)));
    },
    forJudge: (numbers) => ({
      evidence: Object.fromEntries(Object.keys(held).map((name, i) => [name, numbers[i] ?? []])),
      ...(watch && { watchCalls: calls, batch }),
    }),
  };
}

/** Assigns what a watch returned. */
function move(held: Readonly<Record<string, Variable>>, changed: Readonly<Record<string, Tensor>>): void {
  checkGiven('step', 'watch', changed, '{ mean }');
  for (const [name, numbers] of Object.entries(changed)) {
    checkTensor('step', `evidence.${name}`, held[name]);
    checkResult('step', `watch(...).${name}`, numbers, held[name].shape);
    held[name].assign(numbers);
  }
}

/** Makes evidence with these initial numbers. */
export function evidenceOf(numbers: tf.TensorLike): Variable {
  return tf.tidy(() => tf.variable(tf.tensor(numbers), false));
}

/** A moving average: news + decay (average - news). */
export function follow(average: Tensor, news: Tensor, decay: number | number[] | number[][]): Tensor {
  return tf.add(news, tf.mul(decay, tf.sub(average, news)));
}

/** The decay of an average that is at first the mean of all looks, and later forgets the oldest ones by `decay`. */
export function decayOfMean(decay: number, looks: number): number {
  return Math.min(decay, looks / (looks + 1));
}
