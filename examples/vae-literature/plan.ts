import { InputError } from '../shared/input-error.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import type { Row } from './model.js';

const EXAMPLE = 'vae-literature';
/** Default number of passes over the training images. */
const EPOCHS = 60;

/** The settings of a run, and its best epoch so far. */
export interface LiteraturePlan extends Plan {
  readonly example: typeof EXAMPLE;
  readonly row: Row;
  readonly mixture: boolean;
  /** The bound of the validation images after the best epoch, in nats, and that epoch; null before the first. */
  readonly best: { readonly epoch: number; readonly elbo: number } | null;
}

/** The options that a plan is made from. */
export interface PlanOptions {
  readonly row: Row;
  readonly mixture: boolean;
  readonly epochs: number | undefined;
  readonly seed: number;
}

/** The plan from the options, or from the checkpoint to resume, in which only `epochs` may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { row, mixture, epochs, seed }: PlanOptions,
): LiteraturePlan {
  if (checkpoint === undefined) {
    return { example: EXAMPLE, row, mixture, epochs: epochs ?? EPOCHS, done: 0, seed, best: null };
  }
  const plan = resumedPlan<LiteraturePlan>(EXAMPLE, checkpoint, epochs);
  if (plan.row !== row || plan.mixture !== mixture) {
    const name = `${plan.row}${plan.mixture ? ' --mixture' : ''}`;
    throw new InputError(`--row does not fit --resume: the checkpoint is of --row ${name}.`);
  }
  return plan;
}
