import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkNumber, checkSignal } from '../../tensor/checks.js';
import { checkCondition } from '../../training/data/batch.js';
import { wrongKind } from '../../tensor/errors.js';
import { createPause } from '../../training/pause.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { scalesAt, snrAt } from '../noise-schedule.js';
import { timestepsOf } from '../per-example.js';
import { conversionAt } from '../prediction-target.js';
import { weightedSum } from '../weighted-sum.js';
import type { WalkOptions } from './sample-options.js';

/** Resolves to the estimate of x_0 at a timestep, guided and clipped; rejects once the signal is aborted. */
export type Estimator = (xt: Tensor, timestep: number) => Promise<Tensor>;

/** Checks the options, then makes the function that calls the network and pauses between two calls. */
export function createEstimator(where: string, denoiser: Denoiser, options: WalkOptions, batch: number): Estimator {
  checkWalkOptions(where, denoiser, options, batch);
  const { condition, guidance = 1, guide, clip } = options;
  const { schedule } = denoiser;
  const pause = createPause(options);

  const none = (): Tensor | undefined =>
    condition && (condition.dtype === 'int32' ? tf.fill([batch], -1, 'int32') : tf.zerosLike(condition));

  /** One call of a network: the estimate of x_0, with the coefficients of the conversion in float64. */
  const ask = async (asked: Denoiser, xt: Tensor, t: number, told: () => Tensor | undefined): Promise<Tensor> => {
    await pause();
    return tf.tidy(() => {
      const y = asked.predict(xt, timestepsOf(new Int32Array(batch).fill(t), schedule.steps), { condition: told() });
      const [ofXt, ofY] = conversionAt(asked.predicts, ...scalesAt(schedule, t)).sample;
      return weightedSum([ofXt, xt], [ofY, y]);
    });
  };

  return async (xt, t) => {
    const scale = typeof guidance === 'function' ? guidance(snrAt(schedule, t)) : guidance;
    checkNumber(where, 'guidance', scale);
    const parts: [number, Tensor][] = [];
    try {
      if (scale !== 0) parts.push([scale, await ask(denoiser, xt, t, () => condition)]);
      if (scale !== 1) parts.push([1 - scale, await ask(guide ?? denoiser, xt, t, guide ? () => condition : none)]);
      return tf.tidy(() => {
        const guided = weightedSum(...parts);
        return clip === undefined ? guided : tf.clipByValue(guided, ...clip);
      });
    } finally {
      tf.dispose(parts.map(([, part]) => part));
    }
  };
}

/** Throws unless the options fit the denoiser and the number of examples. */
export function checkWalkOptions(where: string, denoiser: Denoiser, options: WalkOptions, batch: number): void {
  const { condition, guidance = 1, guide, clip, onStep, yieldAfter = 0 } = options;
  if (condition !== undefined) {
    checkCondition(where, 'condition', condition, batch);
  }
  if (options.signal !== undefined) checkSignal(where, 'signal', options.signal);
  if (guide !== undefined) {
    checkDenoiser(where, guide, 'guide');
    if (String(guide.schedule.alphaBar) !== String(denoiser.schedule.alphaBar)) {
      throw wrongKind(where, 'guide.schedule', "must be the denoiser's", { seen: 'another' });
    }
  } else if (guidance !== 1 && condition === undefined) {
    throw wrongKind(where, 'guidance', 'needs `condition` or `guide`', { seen: 'neither' });
  }
  if (clip !== undefined) {
    checkNumber(where, 'clip[0]', clip[0]);
    checkNumber(where, 'clip[1]', clip[1], { above: clip[0] });
  }
  if (onStep !== undefined) checkFunction(where, 'onStep', onStep);
  checkNumber(where, 'yieldAfter', yieldAfter, { least: 0 });
}
