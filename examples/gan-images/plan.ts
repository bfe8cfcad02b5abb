import { InputError } from '../shared/input-error.js';
import { resumedPlan, type Plan } from '../shared/plan.js';

/** Default number of passes over the training images. */
const EPOCHS = 10;

/** The settings of a run. */
export interface GanPlan extends Plan {
  readonly example: 'gan-images';
  /** Whether both networks are conditioned on the class. */
  readonly classes: boolean;
}

/** The plan from the options, or from the checkpoint to resume. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, classes, seed }: { epochs?: number | undefined; classes: boolean; seed: number },
): GanPlan {
  if (checkpoint === undefined) return { example: 'gan-images', epochs: epochs ?? EPOCHS, done: 0, classes, seed };
  const plan = resumedPlan<GanPlan>('gan-images', checkpoint, epochs);
  if (classes && !plan.classes) {
    throw new InputError('--classes does not fit --resume: the networks in the checkpoint are not conditional.');
  }
  return plan;
}
