import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { beyondUnit } from '../tensor/beyond-unit.js';
import type { Verdict } from '../training/trainer/trainer.js';
import type { ModelOptions } from '../training/trainer/trainer-options.js';
import {
  decayOfMean,
  evidenceOf,
  FIRST_LOOKS,
  follow,
  LOOK_EVERY,
  OF_FEW,
  OF_MANY,
} from '../training/trainer/watch.js';
import { createPriorWatch, type LatentsSeen, type PriorVerdictKind } from './prior-verdicts.js';
import { priorOf } from './vae-parts.js';
import type { VaeMetric, VaeTrainerOptions } from './vae-trainer.js';

/** The kinds of verdicts on a VAE. */
export type VaeVerdictKind = 'posterior collapse' | 'probabilities for logits' | PriorVerdictKind;

/** Below this KL, in nats per example, only noise of the updates is left; healthy runs that will rise again stay above it. */
const COLLAPSED = 0.005;

/** The values that a step of a VAE passes to a watch. */
export interface VaeSeen {
  /** KL(q(z|x) || p(z)), a scalar or `[batch]`, nats. */
  readonly kl: Tensor;
  /** The decoder's output; undefined if the objective does not return it. */
  readonly parameters: Tensor | undefined;
  /** The latents with their prior; undefined if the objective does not return them. */
  readonly latents?: LatentsSeen | undefined;
}

/**
 * The watch of a VAE, and its judge. The evidence is `[3]`: the KL averaged over few looks and over many, and the number of looks at
 * which some parameter may have been outside [0, 1]; for the prior see {@link createPriorWatch}.
 */
export function watchVae(options: VaeTrainerOptions) {
  const { decoder, objective } = options;
  const ofPrior = createPriorWatch(priorOf(options));
  return {
    passingEvidence: { watch: evidenceOf([0, 0, 0]), ...ofPrior.evidence },
    watch: ({ kl, parameters, latents }, look) => {
      const { calls, evidence } = look;
      const { watch: before } = evidence;
      const now = tf.reshape(tf.mean(kl), [1]);
      const outside = tf.add(tf.slice(before!, 2, 1), parameters === undefined ? 1 : beyondUnit(parameters));
      const decays = [decayOfMean(OF_FEW, calls), decayOfMean(OF_MANY, calls), 0];
      const watch = follow(before!, tf.concat([now, now, outside]), decays);
      return { watch, ...(latents && ofPrior.watch(latents, look)) };
    },
    judge: ({ kl }, { evidence, watchCalls: looks = 0 }) => [
      ...judgeVae(kl, evidence['watch']!, {
        looks,
        takesLogits: decoder.likelihood?.logits === true,
        hasObjective: objective !== undefined,
      }),
      ...ofPrior.judge(evidence),
    ],
  } satisfies Partial<ModelOptions<VaeMetric, VaeVerdictKind, VaeSeen>>;
}

/** What verdicts on a VAE depend on besides KL and evidence. */
export interface VaeFacts {
  /** Looks that the evidence is made from. */
  readonly looks: number;
  /** Whether the likelihood's parameters are logits. */
  readonly takesLogits: boolean;
  /** Whether the user has chosen an objective. */
  readonly hasObjective: boolean;
}

/** The verdicts on a run, from the mean KL since the last report and the evidence. */
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
