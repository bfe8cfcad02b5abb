import { existsSync } from 'node:fs';
import { createRandom, fit, saveCheckpoint } from 'tfjs-generative';
import { saveFile } from 'tfjs-generative/node';
import type { Pictures } from '../../shared/image-data.js';
import { metadataOf } from '../../shared/plan.js';
import { readSavedRun, resume } from '../../shared/saved-run.js';
import { trainInParts } from '../../shared/train-in-parts.js';
import type { Family, FamilyModel } from './family.js';

/** Seconds of updates for warming up, because an engine is slow at first, and for timing; for a short run, a share of it. */
const [WARM_UP, TIMED] = [5, 10];
const SHARE = 1 / 20;
/** Number of parts of a run, each of which ends with a checkpoint. */
const PARTS = 10;

/** What {@link trainFor} takes. */
export interface TrainOptions<P extends Pictures> {
  readonly images: P;
  /** Training time. */
  readonly seconds: number;
  readonly seed: number;
  /** The file of the checkpoint: written, and with `resumes` also read if it exists. */
  readonly checkpoint: string;
  readonly resumes: boolean;
  /** The number of updates, if an earlier run of the same length determined it; otherwise the first updates are timed. */
  readonly steps: number | undefined;
}

/** A trained model. */
export interface Trained {
  readonly model: FamilyModel;
  readonly steps: number;
  readonly seconds: number;
}

/** What a checkpoint says about its run. */
interface Progress {
  readonly example: 'families';
  readonly steps: number;
  readonly seconds: number;
}

/**
 * Trains a model for about the requested time: for as many updates as fit, according to the time of the first ones. Later runs make the
 * same number, so that other programs do not affect the results.
 */
export async function trainFor<P extends Pictures>(family: Family<P>, options: TrainOptions<P>): Promise<Trained> {
  const { images, seed, checkpoint, resumes } = options;
  const saved = resumes && existsSync(checkpoint) ? await readSavedRun(checkpoint) : undefined;
  const before = saved && metadataOf<Progress>('families', saved.bytes);
  const steps = before?.steps ?? options.steps ?? (await stepsIn(family, options));
  const model = family.create({ images, steps, random: createRandom(seed) });
  const { trainer, source } = model;
  if (saved !== undefined) await resume(trainer, source, saved);

  const earlier = before?.seconds ?? 0;
  const seconds = await trainInParts(trainer, source, {
    steps,
    part: Math.ceil(steps / PARTS),
    label: `${family.name}, seed ${seed}`,
    shown: () => ({}),
    save: async (_, now) => {
      const metadata = { example: 'families', steps, seconds: earlier + now } satisfies Progress;
      await saveFile(checkpoint, await saveCheckpoint(trainer, { data: source, metadata }));
    },
  });
  return { model, steps, seconds: earlier + seconds };
}

/** How many updates fit into the time, measured with a model that is then discarded. */
async function stepsIn<P extends Pictures>(
  family: Family<P>,
  { images, seconds, seed }: TrainOptions<P>,
): Promise<number> {
  const model = family.create({ images, steps: 1000, random: createRandom(seed) });
  const perUpdate = async (atLeast: number): Promise<number> => {
    const began = performance.now();
    for (let updates = 5; ; updates += 5) {
      await fit(model.trainer, model.source, { steps: 5 });
      const taken = (performance.now() - began) / 1000;
      if (taken >= Math.min(atLeast, SHARE * seconds)) return taken / updates;
    }
  };
  await perUpdate(WARM_UP);
  const steps = Math.max(1, Math.round(seconds / (await perUpdate(TIMED))));
  model.dispose();
  return steps;
}
