import { checkpointMetadata } from 'tfjs-generative';
import { InputError } from '../shared/input-error.js';

/** Default number of passes over the training images. */
const EPOCHS = 10;

/** What a run does; it is saved in checkpoints, so that a resumed run is the same run. */
export interface Plan {
  readonly example: 'gan-images';
  /** Total passes over the training images, over which the learning rate decays. */
  readonly epochs: number;
  /** Passes already made. */
  readonly done: number;
  /** Whether both networks are conditioned on the class. */
  readonly classes: boolean;
  readonly seed: number;
}

/** The plan from the options, or from the checkpoint to resume, of which only the epochs may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, classes, seed }: { epochs?: number | undefined; classes: boolean; seed: number },
): Plan {
  if (checkpoint === undefined) return { example: 'gan-images', epochs: epochs ?? EPOCHS, done: 0, classes, seed };
  const plan = planOf(checkpoint);
  if (classes && !plan.classes) {
    throw new InputError('--classes does not fit --resume: the networks in the checkpoint are not conditional.');
  }
  if (epochs !== undefined && epochs < plan.done) {
    throw new InputError(`--epochs ${epochs} does not fit --resume: the checkpoint is already at epoch ${plan.done}.`);
  }
  return { ...plan, epochs: epochs ?? plan.epochs };
}

function planOf(checkpoint: Uint8Array): Plan {
  let plan: Partial<Plan> | null;
  try {
    plan = checkpointMetadata(checkpoint) as Partial<Plan> | null;
  } catch (error) {
    throw new InputError(`--resume: ${(error as Error).message}`);
  }
  if (plan?.example !== 'gan-images') throw new InputError('--resume: the file is not a checkpoint of gan-images.');
  return plan as Plan;
}
