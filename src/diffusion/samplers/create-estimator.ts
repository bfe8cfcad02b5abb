import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkFunction, checkNumber, checkShape, checkTensor } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { nextTask } from '../../training/loop/next-task.js';
import { checkDenoiser, type Denoiser } from '../denoiser.js';
import { alphaBarAt, scalesAt, snrAt } from '../noise-schedule.js';
import { conversionAt } from '../prediction-target.js';
import { weightedSum } from '../weighted-sum.js';
import type { WalkOptions } from './sample-options.js';

/** Gives the estimate of x_0 at a timestep, guided and clipped; rejects once the signal is aborted. */
export type Estimator = (xt: Tensor, timestep: number) => Promise<Tensor>;

/** A frame of a page that draws sixty times a second, in milliseconds. */
const FRAME = 16;

/** Checks the options, then makes what asks the network, and pauses between two calls. */
export function createEstimator(where: string, denoiser: Denoiser, options: WalkOptions, batch: number): Estimator {
  checkEstimateOptions(where, denoiser, options, batch);
  const { condition, guidance = 1, guide, clip, signal, yieldAfter = FRAME, now = () => performance.now() } = options;
  const { schedule } = denoiser;
  let resumed = now();

  /** One call of a network: the estimate of x_0, by parts of the conversion in float64. */
  const ask = async (asked: Denoiser, xt: Tensor, t: number, given: (() => Tensor) | undefined): Promise<Tensor> => {
    if (now() - resumed >= yieldAfter) {
      await nextTask();
      resumed = now();
    }
    if (signal?.aborted) throw signal.reason;
    return tf.tidy(() => {
      const timesteps = tf.fill([batch], t, 'int32');
      const y = asked.predict(xt, timesteps, given && { condition: given() });
      const [ofXt, ofY] = conversionAt(asked.predicts, ...scalesAt(schedule, t)).sample;
      return weightedSum([ofXt, xt], [ofY, y]);
    });
  };
  const conditional = condition && (() => condition);
  const none =
    condition && (() => (condition.dtype === 'int32' ? tf.fill([batch], -1, 'int32') : tf.zerosLike(condition)));

  return async (xt, t) => {
    const scale = typeof guidance === 'function' ? guidance(snrAt(schedule, t)) : guidance;
    checkNumber(where, 'guidance', scale);
    const estimates: Tensor[] = [];
    try {
      if (scale !== 0) estimates.push(await ask(denoiser, xt, t, conditional));
      if (scale !== 1) estimates.push(await (guide ? ask(guide, xt, t, conditional) : ask(denoiser, xt, t, none)));
      return tf.tidy(() => {
        const [first, second] = estimates as [Tensor, Tensor?];
        const guided = second === undefined ? first : weightedSum([scale, first], [1 - scale, second]);
        return clip === undefined ? tf.clone(guided) : tf.clipByValue(guided, clip[0], clip[1]);
      });
    } finally {
      tf.dispose(estimates);
    }
  };
}

function checkEstimateOptions(where: string, denoiser: Denoiser, options: WalkOptions, batch: number): void {
  checkDenoiser(where, denoiser);
  const { condition, guidance, guide, clip, onStep, yieldAfter } = options;
  if (condition !== undefined) {
    checkTensor(where, 'condition', condition);
    const shape = condition.dtype === 'int32' ? [batch] : [batch, null];
    checkShape(where, 'condition', condition, shape, 'Labels are int32 [batch], vectors float32 [batch, d].');
  }
  if (typeof guidance === 'number') checkNumber(where, 'guidance', guidance);
  else if (guidance !== undefined) checkFunction(where, 'guidance', guidance);
  if (guide !== undefined) {
    checkDenoiser(where, guide, 'guide');
    const { schedule } = denoiser;
    const same =
      guide.schedule.steps === schedule.steps &&
      guide.schedule.alphaBar.every((value, t) => value === alphaBarAt(schedule, t));
    if (!same) throw wrongKind({ where, argument: 'guide.schedule', rule: "must be the denoiser's", got: 'another' });
  }
  if (guidance !== undefined && guidance !== 1 && condition === undefined && guide === undefined) {
    throw wrongKind({ where, argument: 'guidance', rule: 'needs `condition` or `guide`', got: 'neither' });
  }
  if (clip !== undefined) {
    checkNumber(where, 'clip[0]', clip[0]);
    checkNumber(where, 'clip[1]', clip[1], { above: clip[0] });
  }
  if (onStep !== undefined) checkFunction(where, 'onStep', onStep);
  if (yieldAfter !== undefined) checkNumber(where, 'yieldAfter', yieldAfter, { least: 0 });
}
