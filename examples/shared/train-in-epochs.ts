import { saveCheckpoint, type Batch, type BatchSource, type Trainer } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import type { Plan } from './plan.js';
import { trainInParts } from './train-in-parts.js';

/** What {@link trainInEpochs} takes. */
export interface EpochOptions<N extends string> {
  readonly plan: Plan;
  /** The folder of the pictures and checkpoints. */
  readonly folder: string;
  /** The text before the progress bar. */
  readonly label: string;
  /** The metrics that the progress bar shows. */
  shown(metrics: Readonly<Record<N, number>>): Record<string, number>;
  /** Draws a PNG file after each epoch. */
  draw(): Promise<Uint8Array>;
}

/** Trains with a progress bar; writes a picture and a checkpoint after each epoch. Returns the seconds of training. */
export async function trainInEpochs<N extends string>(
  trainer: Trainer<N>,
  source: BatchSource<Batch>,
  { plan, folder, label, shown, draw }: EpochOptions<N>,
): Promise<number> {
  const { batchesPerEpoch: part } = source;
  return trainInParts(trainer, source, {
    steps: plan.epochs * part,
    part,
    label,
    shown,
    save: async (steps) => {
      const done = steps / part;
      const name = String(done).padStart(2, '0');
      await saveFile(`${folder}/epoch-${name}.png`, await draw());
      await saveFile(
        `${folder}/checkpoint-${name}.safetensors`,
        await saveCheckpoint(trainer, { data: source, metadata: { ...plan, done } }),
      );
    },
  });
}
