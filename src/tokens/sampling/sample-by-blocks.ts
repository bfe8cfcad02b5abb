import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { afterAny, upToEnd } from '../sequences.js';
import { sampleByUnmasking } from './sample-by-unmasking.js';
import type { SamplePlan, Sampling } from './token-sampler.js';

/** Draws one block after the other, each by revealing its masked places; the network keeps its state after finished blocks. */
export function sampleByBlocks(block: number): (plan: SamplePlan) => Sampling {
  return function* (plan) {
    const { network, length, end, n, contexts } = plan;
    const known = plan.known ?? new Int32Array(n * length).fill(-1);
    const starts = Array.from({ length: length / block }, (_, b) => b * block);
    const perBlock = plan.steps === undefined ? block : Math.ceil((plan.steps * block) / length);
    const steps = starts.reduce((sum, start) => sum + Math.min(perBlock, mostMissing(known, start, block, length)), 0);
    let step = 0;
    let pasts: Tensor[][] = contexts.map(() => []);
    /** The finished blocks; each place after an `end` holds `end`, too. */
    let x: Tensor = tf.zeros([n, 0], 'int32');
    try {
      for (const start of starts) {
        const work = sampleByUnmasking(partOf({ ...plan, known, steps: perBlock }, pasts, start, block));
        let piece = work.next();
        for (; !piece.done; piece = work.next()) {
          const { indices } = piece.value;
          const rest = length - start - block;
          const all = (): Tensor => tf.pad(joinBlock(x, indices(), end), [[0, 0], [0, rest]], -1); // prettier-ignore
          yield {
            step: ++step,
            steps,
            indices: () => tf.tidy(() => (end === undefined ? all() : upToEnd(all(), end, -1))),
          };
        }
        const drawn = piece.value;
        const made = tf.tidy(() => {
          const all = joinBlock(x, drawn, end);
          // networks never see the marks of broken draws
          const clean = tf.maximum(tf.slice(all, [0, start], [-1, block]), tf.scalar(0, 'int32'));
          const isLast = start + block === length;
          const next = (options: (typeof contexts)[number], i: number): Tensor[] =>
            isLast ? [] : [...network.applyBlock!(clean, pasts[i]!, options).past];
          return { x: all, pasts: contexts.map(next) };
        });
        tf.dispose([drawn, x, pasts]);
        ({ x, pasts } = made);
      }
      return tf.tidy(() => (end === undefined ? tf.clone(x) : upToEnd(x, end, -1)));
    } finally {
      tf.dispose([x, pasts]);
    }
  };
}

/** The largest number of places of a block that are not known in a sequence. */
function mostMissing(known: Int32Array, start: number, block: number, length: number): number {
  let most = 0;
  for (let row = 0; row < known.length; row += length) {
    most = Math.max(most, known.subarray(row + start, row + start + block).filter((token) => token < 0).length);
  }
  return most;
}

/** The plan of one block, whose network also sees the finished blocks by their states. */
function partOf(
  plan: SamplePlan & { readonly known: Int32Array },
  pasts: readonly (readonly Tensor[])[],
  start: number,
  block: number,
): SamplePlan {
  const { network, length, known, n, contexts } = plan;
  const end = start + block;
  return {
    ...plan,
    length: block,
    known: known.filter((_, i) => i % length >= start && i % length < end),
    // a token that is given in a later block means that the sequence does not end before
    continues: Uint8Array.from({ length: n }, (_, row) =>
      Number(known.subarray(row * length + end, (row + 1) * length).some((token) => token >= 0)),
    ),
    network: {
      ...network,
      apply: (input, options = {}) => {
        const at = contexts.findIndex(({ condition }) => condition === options.condition);
        const { logits, past } = network.applyBlock!(input, pasts[at]!, options);
        tf.dispose([...past]);
        return logits;
      },
    },
  };
}

/** Finished blocks and a new one, with -1 after its end; each place after an `end` holds `end`. */
function joinBlock(finished: Tensor, drawn: Tensor, end: number | undefined): Tensor {
  if (end === undefined) return tf.concat([finished, drawn], 1);
  const all = tf.concat([finished, tf.where(tf.equal(drawn, -1), tf.scalar(end, 'int32'), drawn)], 1);
  return tf.where(afterAny(tf.equal(all, end)), tf.scalar(end, 'int32'), all);
}
