import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { stopGradient } from '../gradients/stop-gradient.js';
import { beyondUnit } from '../tensor/beyond-unit.js';
import type { Verdict } from '../training/trainer/trainer.js';

/** The kinds of verdicts on a VAE. */
export type VaeVerdictKind = 'posterior collapse' | 'probabilities for logits';

/** Updates from one look to the next. */
export const LOOK_EVERY = 8;
/** Looks before which nothing is said: at first the decoder learns the mean of the data, and every KL falls. */
const FIRST_LOOKS = 50;
/** Below this KL, in nats per example, only noise of the updates is left; healthy runs that will rise again pause above it. */
const COLLAPSED = 0.005;
/** Decays of the averages over looks: the last few, and the last twenty. */
const DECAYS = [0.7, 0.95];

/** Watches the training of a VAE on the device; a trainer puts back what is then not finite. */
export interface VaeWatch {
  /** Takes a look at the decoder's output and at the KL of an update. */
  look(parameters: Tensor, kl: Tensor): void;
  /** `[3]`: the KL averaged over few looks and over many, and the looks in which some parameter was outside of [0, 1]. */
  readonly evidence: Variable;
  /** How often it has looked. */
  readonly looks: number;
}

/** Makes a watch that has seen nothing; the caller disposes the evidence. */
export function createVaeWatch(): VaeWatch {
  const evidence = tf.tidy(() => tf.variable(tf.zeros([3]), false));
  let looks = 0;
  const note = (parameters: Tensor, kl: Tensor): Tensor => {
    const [recent, mean, outside] = tf.split(evidence, 3) as [Tensor, Tensor, Tensor];
    const seen = tf.reshape(tf.mean(kl), [1]);
    const averages = [recent, mean].map((average, i) => {
      const decay = Math.min(DECAYS[i]!, looks / (looks + 1));
      return tf.add(seen, tf.mul(decay, tf.sub(average, seen)));
    });
    return tf.concat([...averages, tf.add(outside, beyondUnit(parameters))]);
  };
  return {
    look: (parameters, kl) => {
      evidence.assign(stopGradient(() => note(parameters, kl)));
      looks++;
    },
    evidence,
    get looks() {
      return looks;
    },
  };
}

/** What verdicts on a VAE depend on, besides the numbers observed. */
export interface VaeFacts {
  /** Looks behind the evidence. */
  readonly looks: number;
  /** Whether the likelihood's parameters are logits. */
  readonly takesLogits: boolean;
  /** Whether the user has chosen an objective. */
  readonly hasObjective: boolean;
}

/** Remarks on a run: the mean KL since the last report, and what was watched. */
export function judgeVae(kl: number, watched: ArrayLike<number>, facts: VaeFacts): Verdict<VaeVerdictKind>[] {
  if (facts.looks < FIRST_LOOKS) return [];
  const [recent, mean, outside] = [watched[0]!, watched[1]!, watched[2]!];
  const verdicts: Verdict<VaeVerdictKind>[] = [];
  const isRising = recent > 1.05 * mean;
  if (kl < COLLAPSED && recent < COLLAPSED && mean < COLLAPSED && !isRising) {
    const advice = facts.hasObjective
      ? 'a longer ramp of beta, more freeNats'
      : 'elboObjective({ beta: linearRamp(...) }) or freeNats';
    const message =
      `KL is ${kl.toPrecision(2)} nats, and does not rise: the posterior has collapsed to the prior and the latents carry nothing. ` +
      `Try ${advice}, or a weaker decoder.`;
    verdicts.push({ kind: 'posterior collapse', message });
  }
  if (facts.takesLogits && outside === 0) {
    const message =
      `The decoder's outputs have all been within [0, 1] for ${facts.looks * LOOK_EVERY} updates, as probabilities are, and the likelihood ` +
      "takes logits. End the decoder's network without a sigmoid.";
    verdicts.push({ kind: 'probabilities for logits', message });
  }
  return verdicts;
}
