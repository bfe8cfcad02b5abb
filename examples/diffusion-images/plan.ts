import { resumedPlan, type Plan } from '../shared/plan.js';
import type { Recipe } from './model.js';

/** Default number of passes over the training images. */
const EPOCHS = 16;

/** What a run does. */
export interface DiffusionPlan extends Plan, Recipe {
  readonly example: 'diffusion-images';
}

/** The options that make a plan. */
export interface PlanOptions {
  readonly epochs: number | undefined;
  readonly noise: boolean;
  readonly uniform: boolean;
  readonly seed: number;
}

/** The plan from the options, or from the checkpoint to resume, of which only the epochs may be changed. */
export function readPlan(
  checkpoint: Uint8Array | undefined,
  { epochs, noise, uniform, seed }: PlanOptions,
): DiffusionPlan {
  if (checkpoint !== undefined) return resumedPlan('diffusion-images', checkpoint, epochs);
  const recipe = { target: noise ? 'noise' : 'velocity', times: uniform ? 'uniform' : 'log-normal' } as const;
  return { example: 'diffusion-images', epochs: epochs ?? EPOCHS, done: 0, seed, ...recipe };
}
