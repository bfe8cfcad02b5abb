import { checkpointMetadata } from 'tfjs-generative';
import { InputError } from '../shared/input-error.js';

/** Passes over the training images unless it is said. */
const EPOCHS = 10;

/** What a run is to do; a checkpoint carries it, so that a resumed run is the same run. */
export interface Plan {
  readonly example: 'gan-images';
  /** Passes over the training images in all, which the learning rate follows. */
  readonly epochs: number;
  /** Passes that were made. */
  readonly done: number;
  /** Whether both networks are told the class. */
  readonly classes: boolean;
  readonly seed: number;
}

/** The plan of the options, or that of the checkpoint that is taken up; of it only the epochs may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, classes, seed }: { epochs?: number | undefined; classes: boolean; seed: number },
): Plan {
  if (checkpoint === undefined) return { example: 'gan-images', epochs: epochs ?? EPOCHS, done: 0, classes, seed };
  const plan = planOf(checkpoint);
  if (classes && !plan.classes) {
    throw new InputError('--classes does not go with --resume: the networks of the checkpoint are not told the class.');
  }
  if (epochs !== undefined && epochs < plan.done) {
    throw new InputError(`--epochs ${epochs} does not go with --resume: the checkpoint has made ${plan.done}.`);
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
  if (plan?.example !== 'gan-images') throw new InputError('--resume: the file is no checkpoint of gan-images.');
  return plan as Plan;
}
