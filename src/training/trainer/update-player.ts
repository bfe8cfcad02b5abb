import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkFunction, checkGiven, checkResult, notAsync } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { clipByGlobalNorm } from '../optimizers/clip-by-global-norm.js';
import { choose, flawOf } from '../optimizers/guard.js';
import { keepValues, type PutBack } from '../optimizers/keep-values.js';
import { lossGradients } from '../optimizers/value-and-gradients.js';
import type { Player } from './read-game.js';
import type { LossAndMetrics } from './step-input.js';

/** The gradients of a loss, and all that it returned. */
export interface Found<N extends string> {
  readonly gradients: Tensor[];
  readonly values: LossAndMetrics<N>;
}

/** The statistics that are not the player's. */
export function othersOf(buffers: readonly Variable[], { part }: Player): Variable[] {
  return buffers.filter((buffer) => !part.buffers.includes(buffer));
}

/** Runs work, then restores these statistics. */
export function runAndRestore<T>(buffers: readonly Variable[], work: () => T): T {
  const putBack = keepValues(buffers);
  const result = work();
  putBack();
  return result;
}

/** Updates a part along gradients. If the update is skipped, its statistics are restored, on the device. */
export function applyUpdate(
  { part, optimizer }: Player,
  found: readonly Tensor[],
  putBack: PutBack,
  clipNorm: number | undefined,
): void {
  const skippedBefore = part.buffers.length > 0 ? tf.clone(optimizer.skipped) : undefined;
  const gradients = withFlaw(found, part.buffers);
  optimizer.observe?.(gradients);
  const clipped = clipNorm === undefined ? gradients : clipByGlobalNorm(gradients, clipNorm);
  const applied: unknown = optimizer.apply(clipped, part.variables);
  if (notAsync(applied)) throw wrongKind('step', 'optimizer.apply', 'must not be async', { got: applied });
  if (skippedBefore !== undefined) {
    restoreWhereZero(tf.cast(tf.equal(skippedBefore, optimizer.skipped), 'float32'), putBack);
  }
}

/** Restores what was kept where the scalar `on` is 0. */
export function restoreWhereZero(on: Tensor, putBack: PutBack): void {
  putBack((now, kept) => choose(on, now, kept));
}

/**
 * Gradients that make an optimizer skip the update if a statistic is no longer finite, even if the gradients are: a batch of huge
 * numbers is normalized, and its variance overflows. The smallest gradient becomes NaN.
 */
function withFlaw(gradients: readonly Tensor[], buffers: readonly Variable[]): readonly Tensor[] {
  const flaw = flawOf(buffers);
  if (flaw === undefined) return gradients;
  const least = Math.min(...gradients.map(({ size }) => size));
  const place = gradients.findIndex(({ size }) => size === least);
  return gradients.map((gradient, i) => (i === place ? tf.add(gradient, flaw) : gradient));
}

/** The gradients of a loss, also in those of `others` that it depends on, and copies of all that it returned. */
export function differentiate<N extends string>(
  loss: () => LossAndMetrics<N>,
  xs: readonly Tensor[],
  others: readonly Tensor[] = [],
): Found<N> {
  checkFunction('update', 'loss', loss);
  const kept: [string, Tensor][] = [];
  try {
    const { gradients } = lossGradients(
      'step',
      () => {
        const values = valuesOf(loss);
        // the tape's own tidy would free them
        for (const [name, value] of Object.entries<Tensor>(values)) kept.push([name, tf.keep(tf.clone(value))]);
        return values.loss;
      },
      xs,
      others,
    );
    return { gradients, values: copiesOf<N>(kept) };
  } finally {
    tf.dispose(kept.map(([, value]) => value));
  }
}

/** What a loss returns; throws unless these are tensors, and `loss` is among them. */
export function valuesOf<N extends string>(loss: () => LossAndMetrics<N>): LossAndMetrics<N> {
  const values = loss();
  if (values !== undefined) checkGiven('step', 'loss', values, '{ loss }');
  checkResult('step', 'loss', (values as Partial<LossAndMetrics<N>> | undefined)?.loss);
  for (const [name, value] of Object.entries<Tensor>(values)) checkResult('step', name, value);
  return values;
}

export function copiesOf<N extends string>(values: readonly (readonly [string, Tensor])[]): LossAndMetrics<N> {
  return Object.fromEntries(values.map(([name, value]) => [name, tf.clone(value)])) as LossAndMetrics<N>;
}
