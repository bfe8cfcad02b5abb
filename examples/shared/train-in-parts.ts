import { train, type Batch, type BatchSource, type Trainer, type Verdict } from 'tfjs-generative';
import { terminalProgress } from 'tfjs-generative/node';

/** Number of updates between two redraws of the progress bar. */
const REPORT_EVERY = 25;

/** What {@link trainInParts} takes. */
export interface PartsOptions<N extends string> {
  /** Number of updates in the whole run, including those before a checkpoint. */
  readonly steps: number;
  /** Number of updates per part. */
  readonly part: number;
  /** The text before the progress bar, and before verdicts. */
  readonly label: string;
  /** The metrics that the progress bar shows. */
  shown(metrics: Readonly<Record<N, number>>): Record<string, number>;
  /** Saves the run after each part; gets the number of updates so far, and the seconds of training in this call. */
  save(done: number, seconds: number): Promise<void>;
}

/**
 * Trains up to `steps` updates with a progress bar, and saves after each part. A trainer from a checkpoint continues where it
 * stopped. Returns the seconds of training.
 */
export async function trainInParts<N extends string>(
  trainer: Trainer<N>,
  source: BatchSource<Batch>,
  { steps: total, part, label, shown, save }: PartsOptions<N>,
): Promise<number> {
  if (trainer.steps! >= total) return 0;
  const progress = terminalProgress({ total, label });
  let seconds = 0;
  for (let done = trainer.steps!; done < total; done = trainer.steps!) {
    const began = performance.now();
    const steps = Math.min(part, total - done);
    let last: readonly Verdict[] = [];
    for await (const report of train(trainer, source, { steps, reportEvery: REPORT_EVERY })) {
      progress.update(report.totalSteps, shown(report.metrics));
      last = report.standing ?? [];
    }
    seconds += (performance.now() - began) / 1000;
    await save(trainer.steps!, seconds);
    for (const { message } of last) console.error(`${label}, update ${trainer.steps}: ${message}`);
  }
  progress.stop();
  return seconds;
}
