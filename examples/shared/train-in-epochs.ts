import {
  loadCheckpoint,
  saveCheckpoint,
  train,
  type Batch,
  type BatchSource,
  type Trainer,
  type Verdict,
} from 'tfjs-generative';
import { saveFile, terminalProgress } from 'tfjs-generative/node';
import { InputError } from './input-error.js';
import type { Plan } from './plan.js';

/** Updates between two movements of the progress bar. */
const REPORT_EVERY = 25;

/** What {@link trainInEpochs} takes. */
export interface EpochOptions<N extends string> {
  readonly plan: Plan;
  /** The folder of the pictures and checkpoints. */
  readonly folder: string;
  /** Before the progress bar. */
  readonly label: string;
  /** What the progress bar shows of the metrics. */
  shown(metrics: Readonly<Record<N, number>>): Record<string, number>;
  /** Draws a PNG file after each epoch. */
  draw(): Promise<Uint8Array>;
}

/** Trains with a progress bar; after each epoch it writes a picture and a checkpoint. Returns the seconds of training. */
export async function trainInEpochs<N extends string>(
  trainer: Trainer<N>,
  source: BatchSource<Batch>,
  { plan, folder, label, shown, draw }: EpochOptions<N>,
): Promise<number> {
  const { batchesPerEpoch: steps } = source;
  const progress = terminalProgress({ total: plan.epochs * steps, label });
  let seconds = 0;
  for (let done = plan.done + 1; done <= plan.epochs; done++) {
    const began = performance.now();
    let last: readonly Verdict[] = [];
    for await (const report of train(trainer, source, { steps, reportEvery: REPORT_EVERY })) {
      progress.update(report.totalSteps, shown(report.metrics));
      last = report.verdicts;
    }
    seconds += (performance.now() - began) / 1000;
    const name = String(done).padStart(2, '0');
    await saveFile(`${folder}/epoch-${name}.png`, await draw());
    await saveFile(
      `${folder}/checkpoint-${name}.safetensors`,
      await saveCheckpoint(trainer, { data: source, metadata: { ...plan, done } }),
    );
    for (const { message } of last) console.error(`epoch ${done}: ${message}`);
  }
  progress.stop();
  return seconds;
}

/** Puts a trainer and its data where a checkpoint left them. */
export async function resume(
  trainer: Trainer<string>,
  data: BatchSource<Batch>,
  { path, bytes }: { readonly path: string; readonly bytes: Uint8Array },
): Promise<void> {
  try {
    await loadCheckpoint(trainer, bytes, { data });
  } catch (error) {
    throw new InputError(`--resume ${path}: ${(error as Error).message}`);
  }
}
