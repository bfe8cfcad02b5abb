import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import { checkWithin } from '../data/batch.js';
import type { BatchSource } from '../data/batches.js';
import type { DataSource } from '../data/data-source.js';
import type { AcceptedData, Verdict } from '../trainer/trainer.js';
import type { LoopVerdictKind } from './train-options.js';

/** If a trainer expects data of about unit scale, a mean and root mean square outside these bounds get a verdict. */
const MIN_SIZE = 0.01;
const LARGEST_SIZE = 20;

/** Throws if host data, whose extremes the source knows, are outside the range that the trainer is meant for. */
export function checkHeld(where: string, accepts: AcceptedData | undefined, data: DataSource, argument = 'data'): void {
  const { values, labels } = (data as Partial<BatchSource>).holds ?? {};
  const { range, classes } = accepts ?? {};
  if (values) checkWithin(where, argument, range, values);
  if (classes && labels && labels[1] >= classes) {
    const fix = 'Labels count from 0, and -1 is for none.';
    const rule = `must hold labels below ${classes}, the classes of the networks`;
    throw outOfRange(where, `${argument}.condition`, rule, { got: labels[1], fix });
  }
}

/** Statistics of a batch, on the device until they are read: its extremes, mean and mean square. */
export function lookAt(accepts: AcceptedData | undefined, x: Tensor): Tensor | undefined {
  if (accepts?.range === undefined && accepts?.unitScale !== true) return undefined;
  return tf.tidy(() => tf.stack([tf.min(x), tf.max(x), tf.mean(x), tf.mean(tf.square(x))]));
}

/** Verdicts on data that a trainer is not meant for, from the statistics of a batch. */
export function judgeData({ range, unitScale }: AcceptedData, look: ArrayLike<number>): Verdict<LoopVerdictKind>[] {
  const [low, high, mean, square] = Array.from(look, short) as [number, number, number, number];
  const seen = (message: string): Verdict<LoopVerdictKind>[] => [{ kind: 'data out of scale', message }];
  if (range && (low < range[0] || high > range[1])) {
    return seen(
      `The first batch holds numbers from ${low} to ${high}, and the likelihood is meant for ${range[0]} to ${range[1]}. ` +
        'Divide bytes by 255, or take a likelihood for any numbers, such as gaussian.',
    );
  }
  const size = short(Math.sqrt(square));
  if (unitScale !== true || !(size > LARGEST_SIZE || size < MIN_SIZE)) return [];
  return seen(
    `The first batch has the mean ${mean} and the root mean square ${size}, and networks begin with outputs ` +
      'of about 1. Scale the data: bytes are divided by 255, points by their standard deviation.',
  );
}

function short(value: number): number {
  return Number(value.toPrecision(3));
}
