import { train, type Batch, type BatchSource, type Trainer, type VaeMetric } from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';

/** Trains a VAE with a progress bar that shows the terms of the bound and the time left; returns the number of updates. */
export async function fitWithProgress(
  trainer: Trainer<VaeMetric>,
  source: BatchSource<Batch>,
  { epochs, label }: { readonly epochs: number; readonly label: string },
): Promise<number> {
  const steps = epochs * source.batchesPerEpoch;
  const progress = terminalProgress({ total: steps, label });
  try {
    for await (const { step, metrics, verdicts } of train(trainer, source, { steps, reportEvery: 10 })) {
      progress.update(step, { ELBO: metrics.elbo, 'log p(x|z)': metrics.logLikelihood, KL: metrics.kl });
      for (const { message } of verdicts) progress.note(message);
    }
  } finally {
    progress.stop();
  }
  return steps;
}
