import { describeCheckpoint } from 'tfjs-generative';
import { InputError } from './input-error.js';

/** The settings of a run; they are saved in checkpoints, so that a resumed run is the same run. */
export interface Plan {
  /** The name of the example. */
  readonly example: string;
  /** Total passes over the training images, over which the learning rate decays. */
  readonly epochs: number;
  /** Passes already made. */
  readonly done: number;
  readonly seed: number;
}

/** The plan in a checkpoint of an example; only its epochs may be changed. */
export function resumedPlan<P extends Plan>(
  example: P['example'],
  checkpoint: Uint8Array,
  epochs: number | undefined,
): P {
  const plan = metadataOf<P>(example, checkpoint);
  if (epochs !== undefined && epochs < plan.done) {
    throw new InputError(`--epochs ${epochs} does not fit --resume: the checkpoint is already at epoch ${plan.done}.`);
  }
  return { ...plan, epochs: epochs ?? plan.epochs };
}

/** The metadata in a checkpoint of an example. */
export function metadataOf<M extends { readonly example: string }>(example: M['example'], checkpoint: Uint8Array): M {
  let metadata: Partial<M> | null;
  try {
    metadata = describeCheckpoint(checkpoint).metadata as Partial<M> | null;
  } catch (error) {
    throw new InputError(`--resume: ${(error as Error).message}`);
  }
  if (metadata?.example !== example) throw new InputError(`--resume: the file is not a checkpoint of ${example}.`);
  return metadata as M;
}
