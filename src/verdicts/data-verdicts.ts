import * as tf from '@tensorflow/tfjs-core';
import { checkBoolean } from '../tensor/checks.js';
import { outOfRange } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkWithin } from '../training/data/batch.js';
import type { BatchSource } from '../training/data/batches.js';
import type { Observer, Verdict } from '../training/observer.js';

/** A root mean square outside these bounds gets a verdict, if data of about unit scale are expected. */
const MIN_SIZE = 0.01;
const MAX_SIZE = 20;

/** The lowest and the highest value of x, or undefined for any values. */
type Range = readonly [low: number, high: number] | undefined;

/**
 * Checks the data of a run. Host data out of range are rejected when the run begins; of other data, the first batch is checked, which may
 * give the verdict `data out of scale`.
 *
 * @param options - what data the model is meant for
 * @returns an observer for {@link train} or a trainer
 * @throws RangeError if the range is not `[low, high]`
 * @example
 * ```ts
 * const observers = [dataVerdicts({ range: [0, 1] })];
 * await fit(trainer, [x], { epochs: 1, observers }); // data above 1 would get a verdict
 * ```
 */
export function dataVerdicts(options: {
  /** The lowest and the highest value of x that the model is meant for; any by default. */
  readonly range?: readonly [low: number, high: number] | undefined;
  /** Whether x should have numbers of about unit size; false by default. */
  readonly unitScale?: boolean | undefined;
}): Observer {
  const { range, unitScale } = readOptions('dataVerdicts', options, {
    range: { is: checkRange, default: undefined },
    unitScale: { is: checkBoolean, default: false },
  });
  let isFirst = true;
  let pending: readonly Verdict[] = [];
  return {
    begin: ({ caller, ...run }) => {
      isFirst = range !== undefined || unitScale === true;
      for (const argument of ['data', 'validation'] as const) {
        const { values } = (run[argument] as Partial<BatchSource> | undefined)?.holds ?? {};
        if (values) checkWithin(caller, argument, range, values);
      }
    },
    look: (_, { x }) => {
      if (!isFirst) return undefined;
      isFirst = false;
      return { first: tf.stack([tf.min(x), tf.max(x), tf.mean(x), tf.mean(tf.square(x))]) };
    },
    read: ({ first }) => {
      pending = judgeFirst(range, unitScale, first!);
    },
    report: () => {
      const verdicts = pending;
      pending = [];
      return verdicts;
    },
  };
}

function checkRange(where: string, argument: string, range: Range): void {
  // a comparison with a bound that is not a number is false
  if (range?.length === 2 && range[0] <= range[1]) return;
  throw outOfRange(where, argument, 'must be [low, high]', { got: range });
}

/** The verdict on the first batch, from its extremes, mean and mean square. */
function judgeFirst(range: Range, unitScale: boolean | undefined, first: ArrayLike<number>): Verdict[] {
  const [low, high, mean, square] = Array.from(first, short) as [number, number, number, number];
  const outOfScale = (message: string): Verdict[] => [{ kind: 'data out of scale', message }];
  if (range && (low < range[0] || high > range[1])) {
    return outOfScale(
      `The first batch holds numbers from ${low} to ${high}, and the likelihood is meant for ${range[0]} to ${range[1]}. ` +
        'Divide bytes by 255, or use a likelihood for any numbers, such as gaussian.',
    );
  }
  const size = short(Math.sqrt(square));
  if (unitScale !== true || !(size > MAX_SIZE || size < MIN_SIZE)) return [];
  return outOfScale(
    `The first batch has the mean ${mean} and the root mean square ${size}, and networks begin with outputs ` +
      'of about 1. Scale the data: bytes are divided by 255, points by their standard deviation.',
  );
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
