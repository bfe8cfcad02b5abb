import { renameErrors } from '../tensor/rename-errors.js';
import { noValidation } from './train-options.js';
import type { BatchSource } from '../training/data/batches.js';
import { readBatch, type Batch } from '../training/data/batch.js';
import { disposeRead, startPass, type DataSource } from '../training/data/data-source.js';
import type { Trainer } from '../training/trainer/trainer.js';
import { nextTask } from '../training/next-task.js';
import { createTally, type Tallied } from './tally.js';

/**
 * The means over the examples of a source, without updates, or undefined if the signal is aborted. A mean is NaN if a value is not finite, so
 * that such a model is never the best. The event loop runs between batches.
 */
export async function evaluateAll<N extends string>(
  trainer: Trainer<N>,
  source: DataSource,
  signal?: AbortSignal,
): Promise<Tallied<N> | undefined> {
  const { state, restore } = source as Partial<BatchSource>;
  const place = state?.();
  const tally = await createTally<N>(trainer, { keepsNotFinite: true });
  const pass = await startPass(source);
  let isOver = false;
  let index = 0;
  try {
    for (;;) {
      await nextTask(signal);
      const { done, value } = await pass.next(signal);
      if (signal?.aborted) return undefined;
      isOver = done === true;
      if (isOver) break;
      const batch = value as Batch;
      let ready = batch;
      try {
        const { x } = readBatch('train', batch);
        if (trainer.prepare) ready = await trainer.prepare(batch, index++);
        const metrics = renameErrors('train', { validation: x }, () => trainer.evaluate(ready), false);
        await tally.add(metrics, x.shape[0]);
      } finally {
        disposeRead(source, batch, ready);
      }
    }
    if (tally.count === 0) throw noValidation('train');
    return await tally.read();
  } finally {
    await pass.leave();
    // back to the start, so that the next evaluation covers all examples
    if (!isOver && place !== undefined) restore?.(place);
    tally.dispose();
  }
}

/** {@link evaluateAll}, if there is a source; repeated requests at the same update are computed only once. */
export function evaluateOnce<N extends string>(
  trainer: Trainer<N>,
  source: DataSource | undefined,
  signal: AbortSignal | undefined,
  stepNow: () => number,
): () => Promise<Tallied<N> | undefined> {
  let last: { readonly step: number; readonly result: Tallied<N> | undefined } | undefined;
  return async () => {
    if (source === undefined) return undefined;
    const step = stepNow();
    if (last?.step !== step) last = { step, result: await evaluateAll(trainer, source, signal) };
    return last.result;
  };
}

/**
 * Throws if a source that restarts with each pass yields no batch. A source with a cursor, such as {@link batches}, always has
 * batches, and is not moved.
 */
export async function checkHasBatches(where: string, source: DataSource): Promise<void> {
  if (typeof (source as { restore?: unknown }).restore === 'function') return;
  const pass = await startPass(source);
  try {
    const { done, value } = await pass.next();
    if (done === true) throw noValidation(where);
    disposeRead(source, value);
  } finally {
    await pass.leave();
  }
}
