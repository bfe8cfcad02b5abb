import { InputError } from '../shared/input-error.js';
import { resumedPlan, type Plan } from '../shared/plan.js';
import type { Recipe } from './model.js';

/** Default number of passes over the training images. */
const EPOCHS = 16;

/** The settings of a run. */
export interface DiffusionPlan extends Plan, Recipe {
  readonly example: 'diffusion-images';
  /** Whether it trains without the held-out images, to make choices with them. */
  readonly compare: boolean;
}

/** The options that determine a plan. */
export interface PlanOptions {
  readonly epochs: number | undefined;
  readonly target: Recipe['target'] | undefined;
  readonly times: Recipe['times'] | undefined;
  readonly goal: Recipe['goal'] | undefined;
  readonly compare: boolean;
  readonly seed: number;
}

/** The plan from the options, or from the checkpoint to resume, of which only the epochs may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, target, times, goal, compare, seed }: PlanOptions,
): DiffusionPlan {
  if (checkpoint === undefined) {
    const recipe = { target: target ?? 'velocity', times: times ?? 'log-normal', goal: goal ?? 'samples' } as const;
    return { example: 'diffusion-images', epochs: epochs ?? EPOCHS, done: 0, compare, seed, ...recipe };
  }
  const plan = resumedPlan<DiffusionPlan>('diffusion-images', checkpoint, epochs);
  for (const [name, given] of Object.entries({ target, times, goal })) {
    const saved = plan[name as keyof Recipe];
    if (given === undefined || given === saved) continue;
    throw new InputError(`--${name} ${given} does not fit --resume: the checkpoint has ${saved}.`);
  }
  if (compare !== plan.compare) {
    throw new InputError(
      `--compare does not fit --resume: it trains on fewer images, so set it from the start or not at all.`,
    );
  }
  return plan;
}
