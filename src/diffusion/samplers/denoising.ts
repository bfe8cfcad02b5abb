import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkConditionRead, classesOf, readBy } from '../../nets/classes-of.js';
import type { AllConditions } from '../../nets/conditions/drop-condition.js';
import { checkBoolean, checkFunction, checkNumber } from '../../tensor/checks.js';
import { optional, type Rules, signalRule } from '../../tensor/options.js';
import { checkCondition, checkEachCondition, checkLabels } from '../../training/data/batch.js';
import { createPause, type AfterPause } from '../../training/pause.js';
import type { Denoiser } from '../denoiser.js';
import { estimateSample } from '../estimate.js';
import { timestepsOf } from '../per-example.js';
import { clipped, clipRule } from '../with-clip.js';
import { guidanceRule, guided, guideRule } from '../with-guidance.js';
import type { DenoisingOptions, SampleProgress } from './sample-options.js';

/** The rules of {@link DenoisingOptions}; {@link readDenoising} compares them with the denoiser and the batch. */
export const denoisingRules = {
  condition: optional,
  conditions: optional,
  allowNoClass: { is: checkBoolean, default: false },
  guidance: guidanceRule,
  guide: guideRule,
  clip: clipRule,
  signal: signalRule,
  onStep: { is: checkFunction, default: undefined },
  yieldAfter: { is: checkNumber, default: undefined, least: 0 },
} satisfies Rules<DenoisingOptions>;

/** {@link DenoisingOptions} as functions: how the denoiser is called, and what happens after a step. */
export interface Denoising {
  /** The estimate of x_0 at one timestep for all examples, or one for each, at once. If `xt` has only some of the examples, `condition` is theirs. */
  readonly estimate: (xt: Tensor, timesteps: number | Int32Array, own?: AllConditions) => Tensor;
  /** Does a piece of work after a pause, if it is time for one; rejects once the signal is aborted. */
  readonly afterPause: AfterPause;
  /** `estimate` after a pause. */
  readonly denoise: (xt: Tensor, timesteps: number | Int32Array, own?: AllConditions) => Promise<Tensor>;
  /** Calls `onStep` with its own copies of the tensors; rejects if the signal is aborted by then. */
  readonly report: (progress: Omit<SampleProgress, 'start'> & { readonly start?: number }) => Promise<void>;
}

/** Turns options that follow {@link denoisingRules} into functions; rejects unless they fit the denoiser and the number of examples. */
export async function readDenoising(
  where: string,
  denoiser: Denoiser,
  options: DenoisingOptions,
  batch: number,
): Promise<Denoising> {
  const { condition, conditions, guide, allowNoClass, signal, onStep } = options;
  if (condition !== undefined) {
    checkCondition(where, 'condition', condition, batch);
    await checkLabels(where, condition, classesOf(denoiser), allowNoClass);
  }
  checkEachCondition(where, 'conditions', conditions, batch);
  const read = readBy(denoiser);
  for (const [name, one] of Object.entries(conditions ?? {})) {
    await checkLabels(where, one, read?.[name], allowNoClass, `conditions.${name}`);
  }
  const wrapped = clipped(where, guided(where, denoiser, options), options.clip);
  checkConditionRead(where, '', options, denoiser, guide ?? denoiser);
  const afterPause = createPause(options);
  const estimate: Denoising['estimate'] = (xt, at, own = { condition, ...(conditions && { conditions }) }) =>
    tf.tidy(() => {
      const list = typeof at === 'number' ? new Int32Array(xt.shape[0]).fill(at) : at;
      return estimateSample(where, wrapped, xt, timestepsOf(list, denoiser.schedule.steps), own);
    });
  return {
    estimate,
    afterPause,
    denoise: (...given) => afterPause(() => estimate(...given)),
    report: async (progress) => {
      const shown = onStep && { estimate: tf.clone(progress.estimate), xt: tf.clone(progress.xt) };
      try {
        if (shown) await onStep({ start: 0, ...progress, ...shown });
      } finally {
        tf.dispose({ ...shown });
      }
      if (signal?.aborted) throw signal.reason;
    },
  };
}
