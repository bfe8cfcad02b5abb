import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { mapConditions } from '../../nets/conditions/drop-condition.js';
import { checkResult, checkSameShape } from '../../tensor/checks.js';
import type { Denoiser } from '../denoiser.js';
import { alphaBarAt } from '../noise-schedule.js';
import { weightedSum } from '../weighted-sum.js';
import { checkSamples } from './check-samples.js';
import type { Denoising } from './denoising.js';
import type { BatchPart } from './in-parts.js';
import { keepKnown } from './known-region.js';
import type { SampleOptions } from './sample-options.js';
import type { DiffusionSolver, PreviousEstimate } from './solver.js';

/** What the walk from noise to data needs, checked. */
export interface WalkPlan extends Denoising, Pick<SampleOptions, 'condition' | 'conditions' | 'known' | 'from'> {
  /** The public function, for errors. */
  readonly where: string;
  readonly denoiser: Denoiser;
  readonly solver: DiffusionSolver;
  /** In decreasing order. */
  readonly timesteps: readonly number[];
  /** Draws from N(0, I). */
  readonly noise: (shape: readonly number[]) => Tensor;
}

/** How many times a step is made by default if a region is known. */
const REPEATS = 5;

/** The samples of some examples, from their first x, which it disposes. */
export async function walk(plan: WalkPlan, begin: Tensor, { start, rows }: BatchPart): Promise<Tensor> {
  const { where, denoiser, solver, timesteps, known, report } = plan;
  const { schedule } = denoiser;
  const { shape } = begin;
  const { condition, conditions } = plan;
  const own = {
    condition: rows(condition),
    ...(conditions && { conditions: mapConditions(conditions, (one) => rows(one)) }),
  };
  const noise = (): Tensor => plan.noise(shape);
  const denoise = (xt: Tensor, timestep: number): Promise<Tensor> => plan.denoise(xt, timestep, own);
  const region = known && { x: rows(known.x, shape.length), mask: rows(known.mask, shape.length) };
  const withKnown = (x: Tensor, t: number): Tensor =>
    region ? replaced(x, keepKnown(region, x, t, schedule, noise)) : x;
  const repeats = known === undefined ? 1 : (known.repeats ?? REPEATS);

  let x = begin;
  /** What the step under way started from. */
  let xt: Tensor | undefined;
  const history: PreviousEstimate[] = [];
  let estimate: Tensor | undefined;
  try {
    if (plan.from === undefined) x = withKnown(x, timesteps[0]!);
    for (const [k, from] of timesteps.entries()) {
      const to = timesteps[k + 1] ?? -1;
      // the last step is made once: it returns a mean, and repeated means would contract
      for (let repeat = 1; repeat <= (to < 0 ? 1 : repeats); repeat++) {
        // the previous step is repeated, from as much noise as it started with
        if (repeat > 1) x = replaced(x, addBack(x, alphaBarAt(schedule, from) / alphaBarAt(schedule, to), noise));
        estimate?.dispose();
        estimate = await denoise(x, from);
        const state = { xt: x, estimate, from, to, schedule, previous: history[0], history, noise, denoise };
        const made = await solver.step(state);
        checkResult(where, 'solver.step(...)', made);
        // what the step started from is disposed
        const next = made === x || made === estimate ? tf.clone(made) : made;
        xt?.dispose();
        [xt, x] = [x, next];
        checkSameShape(where, 'solver.step(...)', x, 'xt', estimate);
        x = withKnown(x, to);
      }
      await report({ step: k + 1, steps: timesteps.length, estimate: estimate!, xt: xt!, timestep: from, start });
      xt!.dispose();
      xt = undefined;
      // with a known region, noise is added back and the region is redrawn: x leaves the trajectory of its estimates
      if (known !== undefined) continue;
      history.unshift({ estimate: estimate!, timestep: from });
      estimate = undefined;
      for (const old of history.splice(solver.keeps ?? 1)) old.estimate.dispose();
    }
    await checkSamples(where, x, denoiser);
    return x;
  } catch (error) {
    x.dispose();
    throw error;
  } finally {
    tf.dispose([estimate, xt, ...history.map((old) => old.estimate)]);
  }
}

/** Disposes a tensor, and returns the one that replaces it. */
export function replaced(before: Tensor, after: Tensor): Tensor {
  before.dispose();
  return after;
}

/** Adds noise to noised data, so that the share `ratio` of their variance is left. */
function addBack(x: Tensor, ratio: number, noise: () => Tensor): Tensor {
  return weightedSum([Math.sqrt(ratio), x], [Math.sqrt(1 - ratio), noise]);
}
