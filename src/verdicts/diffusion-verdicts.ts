import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Observer } from '../training/observer.js';
import { decayAt } from '../training/trainer/average.js';
import { checkShown } from './check-shown.js';
import { createMovingAverage, meanThenDecay, LONG_DECAY, averagesState } from './moving-average.js';
import { divergenceOf, judgeDenoiser, type DenoiserFacts } from './judge-denoiser.js';

/** The trainer's step from which outputs at other timesteps are compared. */
const FIRST_COMPARISON = 400;
/** Updates over which the loss is averaged before it is judged, if reports come more often: the loss of a few batches is noise. */
const AVERAGED_UPDATES = 200;

/** The values that a step of a denoiser's training passes to observers. */
interface DiffusionShown extends DenoiserFacts {
  /** The batch of data, `[batch, ...]`. */
  readonly x: Tensor;
  /** The loss, a scalar. */
  readonly loss: Tensor;
  /** Computes the loss of a prediction of 0 on the same batch, a scalar. */
  readonly ofZero: () => Tensor;
  /** Computes the network's output for this batch in inference mode; it has the shape of x. */
  readonly output: () => Tensor;
  /** Computes the same with other timesteps, half the schedule away. */
  readonly outputElsewhere: () => Tensor;
}

/**
 * Verdicts on the training of a denoiser: data out of scale, a target that blows up, ignored timesteps, a diverging loss, a loss no better than
 * a constant's. docs/diffusion.md explains them.
 *
 * @returns an observer for the trainer of {@link createDiffusionTrainer}, which has it by default
 * @example
 * ```ts
 * const network = denoisingMlp({ size: 2, random: random.fork('denoiser') });
 * const denoiser = createDenoiser(network, { schedule: cosineSchedule({ steps: 200 }), predicts: predictVelocity });
 * const model = diffusionModel({ denoiser, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const trainer = createTrainer({ ...model, observers: [diffusionVerdicts()] });
 * const points = random.normal([32, 2]);
 * for await (const { verdicts } of train(trainer, [points], { epochs: 1 })) console.log(verdicts.length); // 0
 * ```
 */
export function diffusionVerdicts(): Observer {
  /** Averages of the mean and of the mean square of all numbers of the data. */
  const data = createMovingAverage([0, 1], (count) => decayAt(LONG_DECAY, count));
  /** Averages of the loss and of the loss of a prediction of 0. */
  const losses = createMovingAverage([0, 0], meanThenDecay(0.9));
  /** The largest change of an output under other timesteps, and the largest output, from one batch; ones before that. */
  const change = createMovingAverage([1, 1], () => 0);
  /** The highest loss since the loss diverged; 0 if it has not. */
  const highest = createMovingAverage([0], () => 0);
  const lowest = createLossAverage();
  let batch = Infinity;
  let facts: DenoiserFacts | undefined;
  const observer: Observer<DiffusionShown> = {
    ...averagesState('diffusionVerdicts', { data, losses, change, highest }),
    look: (shown, { step }) => {
      checkShown('diffusionVerdicts', shown, 'ofZero');
      const { x, loss, ofZero, output, outputElsewhere, ...rest } = shown;
      [facts, batch] = [rest, x.shape[0]];
      // in every second call, to save kernels
      const comparesLoss = step % 16 === 0;
      // a network may ignore timesteps until it has learned to use them
      const compares = change.count === 0 && step >= FIRST_COMPARISON;
      return {
        data: tf.stack([tf.mean(x), tf.mean(tf.square(x))]),
        ...(comparesLoss && { losses: tf.stack([loss, ofZero()]) }),
        ...(compares && { change: changeOf(output(), outputElsewhere()) }),
      };
    },
    read: (look) => {
      for (const [name, average] of Object.entries({ data, losses, change }))
        if (look[name] !== undefined) average.add(look[name]);
    },
    report: (at) => {
      if (facts === undefined) return [];
      const loss = lowest(at.metrics['loss'] ?? NaN, at.totalSteps);
      const findings = {
        data: data.values,
        losses: losses.values,
        change: change.values,
        observations: data.count,
        steps: at.totalSteps,
        batch,
        highest: highest.values[0]!,
      };
      const highestNow = divergenceOf(facts, loss, findings);
      // only what changed: a run that is saved and resumed has more reports
      if (highestNow !== findings.highest) highest.add([highestNow]);
      return judgeDenoiser(facts, loss, { ...findings, highest: highestNow });
    },
  };
  return Object.freeze(observer);
}

/** `[2]`, the largest difference of two outputs, and the largest number of the first. */
function changeOf(own: Tensor, other: Tensor): Tensor {
  return tf.stack([tf.sub(own, other), own].map((numbers) => tf.max(tf.abs(numbers))));
}

/**
 * Makes a running average of the reported losses over about 200 updates: it takes a loss and the steps so far, and returns the lower of
 * the loss and the average.
 */
export function createLossAverage(): (loss: number, steps: number) => number {
  let [mean, last] = [NaN, 0];
  return (loss, steps) => {
    const weight = Number.isNaN(mean) ? 1 : Math.min(1, (steps - last) / AVERAGED_UPDATES);
    mean = weight === 1 ? loss : mean + weight * (loss - mean);
    last = steps;
    return Math.min(loss, mean);
  };
}
