import { InputError } from '../../shared/input-error.js';
import { resumedPlan, type Plan } from '../../shared/plan.js';
import type { Row } from './model.js';

const EXAMPLE = 'vae-literature';
/** Default number of passes over the training images. */
const EPOCHS = 60;
/** Default learning rate of the first update. */
const RATE = 2e-3;

/** The settings of a run, and its best epoch so far. */
export interface LiteraturePlan extends Plan {
  readonly example: typeof EXAMPLE;
  readonly row: Row;
  readonly mixture: boolean;
  /** The learning rate of the first update, from which it decays. */
  readonly rate: number;
  /** The bound of the validation images after the best epoch, in nats, and that epoch; null before the first. */
  readonly best: { readonly epoch: number; readonly elbo: number } | null;
}

/** The options that a plan is made from. */
export interface PlanOptions {
  readonly row: Row;
  readonly mixture: boolean;
  readonly epochs: number | undefined;
  readonly rate: number | undefined;
  readonly seed: number;
}

/** The plan from the options, or from the checkpoint to resume, in which only `epochs` may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { row, mixture, epochs, rate, seed }: PlanOptions,
): LiteraturePlan {
  if (checkpoint === undefined) {
    return { example: EXAMPLE, row, mixture, epochs: epochs ?? EPOCHS, rate: rate ?? RATE, done: 0, seed, best: null };
  }
  const plan = resumedPlan<LiteraturePlan>(EXAMPLE, checkpoint, epochs);
  if (plan.row !== row || plan.mixture !== mixture) {
    const name = `${plan.row}${plan.mixture ? ' --mixture' : ''}`;
    throw new InputError(`--row does not fit --resume: the checkpoint is of --row ${name}.`);
  }
  if (rate !== undefined && rate !== plan.rate) {
    throw new InputError(`--rate does not fit --resume: the checkpoint is of --rate ${plan.rate}.`);
  }
  return plan;
}
