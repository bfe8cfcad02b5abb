import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ApplyOptions } from '../../nets/network.js';
import { applyPart } from '../../nets/part-owning.js';
import { checkLogits, upToEnd } from '../sequences.js';
import type { TokenNetwork } from '../token-network.js';
import type { SamplePlan, Sampling } from './token-sampler.js';

/** Draws one token after the other. A network with `applyNext` gets each token once, any other the whole beginning in each call. */
export function* sampleInOrder(plan: SamplePlan): Sampling {
  const { network, tokens, length, end, n, known, contexts, draw } = plan;
  const begin = known === undefined ? 0 : commonBeginning(known, length);
  const knownAt = (place: number): Int32Array | undefined => known?.filter((_, i) => i % length === place);
  /** The start token and the tokens so far, `[n, 1 + place]`. */
  let x = tf.tidy(() => {
    const columns = Array.from({ length: begin }, (_, place) => tf.tensor2d(knownAt(place)!, [n, 1], 'int32'));
    return tf.concat([tf.fill([n, 1], tokens, 'int32'), ...columns], 1);
  });
  let pasts: Tensor[][] = contexts.map(() => []);
  const sequences = (): Tensor => {
    const drawn = tf.slice(x, [0, 1], [-1, -1]);
    return end === undefined ? drawn : upToEnd(drawn, end, -1);
  };
  try {
    for (let place = begin; place < length; place++) {
      const made = tf.tidy(() => {
        const calls = contexts.map((options, i) => lastLogits(network, tokens, x, pasts[i]!, options));
        const drawn = draw(calls.map(({ logits }) => logits));
        const given = knownAt(place);
        const column =
          given === undefined ? drawn : tf.where(tf.greaterEqual(given, 0), tf.tensor1d(given, 'int32'), drawn);
        return { x: tf.concat([x, tf.reshape(column, [n, 1])], 1), pasts: calls.map(({ past }) => [...past]) };
      });
      tf.dispose([x, pasts]);
      ({ x, pasts } = made);
      yield {
        step: place - begin + 1,
        steps: length - begin,
        indices: () =>
          tf.tidy(() =>
            tf.pad(
              sequences(),
              [
                [0, 0],
                [0, length - place - 1],
              ],
              -1,
            ),
          ),
      };
    }
    return tf.tidy(sequences);
  } finally {
    tf.dispose([x, pasts]);
  }
}

/** The number of places that are known in all sequences. */
function commonBeginning(known: Int32Array, length: number): number {
  const first = known.findIndex((token) => token < 0);
  let common = first < 0 ? length : first % length;
  known.forEach((token, i) => {
    if (token < 0) common = Math.min(common, i % length);
  });
  return common;
}

/** The logits for the token that follows, `[n, tokens]`. */
function lastLogits(
  network: TokenNetwork,
  tokens: number,
  x: Tensor,
  past: readonly Tensor[],
  options: ApplyOptions,
): { logits: Tensor; past: readonly Tensor[] } {
  const [n, count] = x.shape as [number, number];
  const begin = past.length === 0 || network.applyNext === undefined ? 0 : count - 1;
  // networks never see the -1 that marks a broken draw
  const input = tf.maximum(tf.slice(x, [0, begin], [-1, -1]), tf.scalar(0, 'int32'));
  const made =
    network.applyNext === undefined
      ? { logits: applyPart('sample', network, input, options, 'indices'), past: [] }
      : network.applyNext(input, past, options);
  checkLogits('sample', made.logits, input, tokens);
  const logits = tf.reshape(tf.slice(made.logits, [0, count - begin - 1, 0], [-1, 1, -1]), [n, tokens]);
  return { logits, past: made.past };
}
