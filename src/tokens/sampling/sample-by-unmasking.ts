import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../../random/stream.js';
import { logitsOf, upToEnd } from '../sequences.js';
import { withoutEarlyEnd } from '../without-early-end.js';
import type { SamplePlan, Sampling } from './token-sampler.js';

/** Reveals masked places in an order that is random for each sequence: equally many in each call of the network, or first few and then more. */
export function* sampleByUnmasking(plan: SamplePlan): Sampling {
  const { network, tokens, length, end, n, random, isCosine, contexts, draw } = plan;
  const known = plan.known ?? new Int32Array(n * length).fill(-1);
  const orders = Array.from({ length: n }, (_, row) =>
    orderOf(known.subarray(row * length, (row + 1) * length), random),
  );
  // not by a spread: there may be more sequences than a call may have arguments
  const most = orders.reduce((longest, order) => Math.max(longest, order.length), 0);
  const steps = Math.min(plan.steps ?? length, most);
  /** Once an `end` is visible, it also fills the places after it. */
  const filled = (x: Tensor): Tensor => (end === undefined ? x : upToEnd(x, end, end));
  let x = tf.tidy(() =>
    filled(
      tf.tensor2d(
        known.map((token) => (token < 0 ? tokens : token)),
        [n, length],
        'int32',
      ),
    ),
  );
  const beforeEnd = end === undefined ? undefined : placesBefore(end, known, [n, length], plan.continues);
  const sequences = (): Tensor => {
    const drawn = tf.where(tf.equal(x, tokens), tf.scalar(-1, 'int32'), x);
    return end === undefined ? drawn : upToEnd(drawn, end, -1);
  };
  try {
    for (let step = 0; step < steps; step++) {
      const places = orders.flatMap((order, row) => {
        const [from, to] = [step, step + 1].map((k) => knownAfter(k, { steps, isCosine, places: order.length }));
        return order.slice(from, to).map((place) => row * length + place);
      });
      const next = tf.tidy(() => {
        const rows = tf.tensor1d(places, 'int32');
        const logits = contexts.map((options) => {
          const all = logitsOf('sample', network, x, options, tokens);
          const possible = end === undefined ? all : withoutEarlyEnd(all, x, end, beforeEnd);
          return tf.gather(tf.reshape(possible, [n * length, tokens]), rows);
        });
        return filled(replaceMasked(x, places, draw(logits), tokens));
      });
      x.dispose();
      x = next;
      yield { step: step + 1, steps, indices: () => tf.tidy(sequences) };
    }
    return tf.tidy(sequences);
  } finally {
    tf.dispose([x, beforeEnd]);
  }
}

/** How many of some places are known after call k: equally many in each call; or by a cosine, and at least one in each. */
function knownAfter(
  k: number,
  { steps, isCosine, places }: { steps: number; isCosine: boolean; places: number },
): number {
  if (!isCosine) return Math.round((k * places) / steps);
  return Math.min(places, Math.max(k, Math.round(places * (1 - Math.cos((Math.PI * k) / (2 * steps))))));
}

/** 1 at the places before an `end` that is known, float32: there the sequence stops, and not earlier; and in sequences that go on. */
function placesBefore(
  end: number,
  known: Int32Array,
  shape: [n: number, length: number],
  continues?: Uint8Array,
): Tensor {
  const [, length] = shape;
  const isBefore = known.map((_, i) =>
    Number(continues?.[Math.floor(i / length)] === 1 || known.subarray(i + 1, i + length - (i % length)).includes(end)),
  );
  return tf.tensor2d(Float32Array.from(isBefore), shape);
}

/** The places of a sequence that are not known, in random order. */
function orderOf(sequence: Int32Array, random: RandomStream): number[] {
  const places = [...sequence.keys()].filter((place) => sequence[place]! < 0);
  return Array.from(random.permutation(places.length), (i) => places[i]!);
}

/** Puts drawn tokens at places that are still masked; the places are numbers in the flattened sequences. */
function replaceMasked(x: Tensor, places: readonly number[], drawn: Tensor, mask: number): Tensor {
  const sources = new Int32Array(x.size).fill(-1);
  places.forEach((place, i) => (sources[place] = i));
  const isChosen = tf.tensor(
    Uint8Array.from(sources, (i) => Number(i >= 0)),
    x.shape,
    'bool',
  );
  const spread = tf.gather(
    drawn,
    tf.tensor1d(
      sources.map((i) => Math.max(i, 0)),
      'int32',
    ),
  );
  return tf.where(tf.logicalAnd(isChosen, tf.equal(x, mask)), tf.reshape(spread, x.shape), x);
}
