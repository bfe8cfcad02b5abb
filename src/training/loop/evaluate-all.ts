import { noValidation } from './train-options.js';
import type { BatchSource } from '../data/batches.js';
import { disposeBatch, readBatch, type Batch } from '../data/batch.js';
import { isOwnedByReader, startPass, type DataSource } from '../data/data-source.js';
import type { Trainer } from '../trainer/trainer.js';
import { nextTask } from '../next-task.js';
import { createTally } from './tally.js';

/** What an evaluation over a source has found. */
export interface Evaluation<N extends string> {
  /** The means over the examples; NaN where some are not finite, so that such a model is never the best. */
  readonly metrics: Record<N, number>;
  readonly batches: number;
  /** Batches with a metric that is not finite. */
  readonly notFinite: number;
}

/** The means over the examples of a source, without updates; undefined if the signal ends it. The event loop runs meanwhile. */
export async function evaluateAll<N extends string>(
  trainer: Trainer<N>,
  source: DataSource,
  signal?: AbortSignal,
): Promise<Evaluation<N> | undefined> {
  const { state, restore } = source as Partial<BatchSource>;
  const place = state?.();
  const tally = await createTally<N>(trainer, { keepsNotFinite: true });
  const pass = await startPass(source);
  let isOver = false;
  try {
    for (;;) {
      const { done, value } = await pass.next(signal);
      if (signal?.aborted) return undefined;
      isOver = done === true;
      if (isOver) break;
      const batch = value as Batch;
      try {
        const { x } = readBatch('train', batch);
        await tally.add(trainer.evaluate(batch), undefined, x.shape[0]);
      } finally {
        if (isOwnedByReader(source)) disposeBatch(batch);
      }
      await nextTask();
    }
    if (tally.count === 0) throw noValidation('train');
    return await tally.read();
  } finally {
    await pass.leave();
    // the next evaluation is over all examples again
    if (!isOver && place !== undefined) restore?.(place);
    tally.dispose();
  }
}

/** {@link evaluateAll}, if there is a source, once for each update that it is asked for. */
export function evaluateOnce<N extends string>(
  trainer: Trainer<N>,
  source: DataSource | undefined,
  signal: AbortSignal | undefined,
): (step: number) => Promise<Evaluation<N> | undefined> {
  let last: { readonly step: number; readonly found: Evaluation<N> | undefined } | undefined;
  return async (step) => {
    if (source === undefined) return undefined;
    if (last?.step !== step) last = { step, found: await evaluateAll(trainer, source, signal) };
    return last.found;
  };
}

/**
 * Throws if a source that starts anew with each pass gives no batch. One with a cursor, as {@link batches} makes, has batches, and
 * is not moved.
 */
export async function checkHasBatches(where: string, source: DataSource): Promise<void> {
  if (typeof (source as { restore?: unknown }).restore === 'function') return;
  const pass = await startPass(source);
  try {
    const { done, value } = await pass.next();
    if (done === true) throw noValidation(where);
    if (isOwnedByReader(source)) disposeBatch(value as Batch);
  } finally {
    await pass.leave();
  }
}
