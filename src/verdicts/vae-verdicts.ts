import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beyondUnit } from '../tensor/beyond-unit.js';
import type { Observer, Verdict } from '../training/observer.js';
import {
  createMovingAverage,
  MIN_OBSERVATIONS,
  meanThenDecay,
  SHORT_DECAY,
  LONG_DECAY,
  averagesState,
} from './moving-average.js';
import { checkShown } from './check-shown.js';

/** Below this KL, in nats per example, only noise of the updates is left; healthy runs that will rise again stay above it. */
const COLLAPSED = 0.005;

/** The values that a step of a VAE passes to observers. */
interface VaeShown {
  /** KL(q(z|x) || p(z)), a scalar or `[batch]`, nats. */
  readonly kl: Tensor;
  /** The decoder's output; undefined if the objective does not return it. */
  readonly parameters: Tensor | undefined;
  /** Whether the likelihood's parameters are logits. */
  readonly takesLogits: boolean;
  /** Whether the user has chosen an objective. */
  readonly hasObjective: boolean;
}

/**
 * Verdicts on the training of a VAE: posterior collapse, probabilities in place of logits. docs/vae.md explains them.
 *
 * @returns an observer for the trainer of {@link createVaeTrainer}, which has it by default
 * @example
 * ```ts
 * const model = vaeModel({ encoder, decoder, optimizer: createAdam({ learningRate: 1e-3 }), random });
 * const trainer = createTrainer({ ...model, observers: [vaeVerdicts()] });
 * for await (const { verdicts } of train(trainer, [x], { epochs: 1 })) console.log(verdicts.length); // 0
 * ```
 */
export function vaeVerdicts(): Observer {
  const recent = createMovingAverage([0], meanThenDecay(SHORT_DECAY));
  const mean = createMovingAverage([0], meanThenDecay(LONG_DECAY));
  const outside = createMovingAverage([0], meanThenDecay(1));
  let [takesLogits, hasObjective] = [false, false];
  const observer: Observer<VaeShown> = {
    ...averagesState('vaeVerdicts', { recent, mean, outside }),
    look: (shown) => {
      checkShown('vaeVerdicts', shown, 'kl');
      const { kl, parameters, ...facts } = shown;
      ({ takesLogits, hasObjective } = facts);
      return {
        kl: tf.mean(kl),
        // without parameters, they may be anything
        outside: parameters === undefined ? tf.scalar(1) : beyondUnit(parameters),
      };
    },
    read: (look) => {
      recent.add(look['kl']!);
      mean.add(look['kl']!);
      outside.add(look['outside']!);
    },
    report: ({ metrics }) => {
      const [now, before, beyond] = [recent, mean, outside].map(({ values }) => values[0]!) as [number, number, number];
      return judgeVae(metrics['kl'] ?? NaN, {
        observations: mean.count,
        recent: now,
        mean: before,
        outside: beyond,
        takesLogits,
        hasObjective,
      });
    },
  };
  return Object.freeze(observer);
}

/** The observed numbers that verdicts on a VAE depend on. */
export interface VaeFacts extends Pick<VaeShown, 'takesLogits' | 'hasObjective'> {
  /** Number of observed batches. */
  readonly observations: number;
  /** The KL averaged over few batches and over many. */
  readonly recent: number;
  readonly mean: number;
  /** The share of observed batches in which a parameter may have been outside [0, 1]. */
  readonly outside: number;
}

/** The verdicts on a run, from the mean KL since the last report. */
export function judgeVae(kl: number, { recent, mean, outside, ...facts }: VaeFacts): Verdict[] {
  if (facts.observations < MIN_OBSERVATIONS) return [];
  const verdicts: Verdict[] = [];
  const isRising = recent > 1.05 * mean;
  if (kl < COLLAPSED && recent < COLLAPSED && mean < COLLAPSED && !isRising) {
    const advice = facts.hasObjective
      ? 'a longer ramp of beta, more freeNats'
      : 'elboObjective({ beta: linearRamp(...) }) or freeNats';
    const message =
      `KL is ${kl.toPrecision(2)} nats and does not rise: the posterior has collapsed to the prior, and the latents carry no information. ` +
      `Try ${advice}, or a weaker decoder.`;
    verdicts.push({ kind: 'posterior collapse', message });
  }
  if (facts.takesLogits && outside === 0) {
    const message =
      `The decoder's outputs have all been within [0, 1] in ${facts.observations} batches, like probabilities, but the likelihood takes ` +
      "logits. End the decoder's network without a sigmoid.";
    verdicts.push({ kind: 'probabilities for logits', message });
  }
  return verdicts;
}
