import { noValidation } from './train-options.js';
import { disposeBatch, readBatch, type Batch } from '../data/batch.js';
import { isOwnedByReader, startPass, type DataSource } from '../data/data-source.js';
import type { Trainer } from '../trainer/trainer.js';
import { createTally } from './tally.js';

/** The means over the examples of a source, without updates. */
export async function evaluateAll<N extends string>(
  trainer: Trainer<N>,
  source: DataSource,
): Promise<Record<N, number>> {
  const tally = await createTally<N>(trainer);
  const pass = await startPass(source);
  try {
    for (;;) {
      const { done, value } = await pass.next();
      if (done === true) break;
      const batch = value as Batch;
      try {
        const { x } = readBatch('train', batch);
        await tally.add(trainer.evaluate(batch), undefined, x.shape[0]);
      } finally {
        if (isOwnedByReader(source)) disposeBatch(batch);
      }
    }
    if (tally.count === 0) {
      throw noValidation('train');
    }
    return (await tally.read()).metrics;
  } finally {
    await pass.leave();
    tally.dispose();
  }
}
