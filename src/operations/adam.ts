import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { ownOperation } from '../tensor/own-kernels.js';

/** The largest number of values in one piece: the temporary tensors of an update are a few times as large. */
const LARGEST_PIECE = 4_194_304;

/** Makes 0 / 0 zero: the bias corrections start from this instead of 0. Added to one, it vanishes. */
const NOTHING_YET = 1e-30;

/**
 * The kernel takes moments below this for 0. Decaying moments would end in float32's subnormal numbers, with which a CPU
 * computes many times slower. GPUs have no subnormal numbers; elsewhere plain operations keep them.
 */
const NEGLIGIBLE = 1e-30;

/** Variables, concatenated in one row, with their moments. */
export interface AdamPiece {
  /** Indices into the list of variables. */
  readonly members: readonly number[];
  /**
   * `[2, numbers + 1]`: the moments m and v. The last column has the moments of a gradient that is always 1, which are
   * the bias corrections 1 - beta^t.
   */
  readonly moments: Variable;
}

/** The numbers of an Adam update. */
export interface AdamNumbers {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** How a moment is updated: moment = keep moment + share (value - pull moment), where keep - share pull = beta. */
interface Decay {
  readonly share: number;
  readonly keep: number;
  readonly pull: number;
}

/** The factors of an update: {@link AdamNumbers} in the form that loses the least in float32. */
export interface AdamFactors {
  readonly mean: Decay;
  readonly square: Decay;
  readonly rate: number;
  readonly epsilon: number;
  /** The share of a variable that remains after weight decay. */
  readonly kept: number;
  /** Smaller moments are taken for 0. */
  readonly least: number;
}

function factorsOf({ rate, beta1, beta2, epsilon, weightDecay }: AdamNumbers): AdamFactors {
  return {
    mean: decayOf(beta1),
    square: decayOf(beta2),
    rate,
    epsilon,
    kept: 1 - rate * weightDecay,
    least: NEGLIGIBLE,
  };
}

/**
 * In float32, 1 - beta has 7 digits, but for a beta of 0.999999, beta has only one digit of its difference from 1. And adding
 * the same amount to a multiple of beta again and again rounds it the same way each time, which costs two more digits of a
 * moment after 10,000 steps. Below 1/2, beta is the more exact one, and a difference would lose small values.
 */
function decayOf(beta: number): Decay {
  return beta < 0.5 ? { share: 1 - beta, keep: beta, pull: 0 } : { share: 1 - beta, keep: 1, pull: 1 };
}

/** What a backend may have for the whole update of a piece. */
export type OwnAdam = (
  piece: AdamPiece,
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  factors: AdamFactors,
  skipped: Variable,
) => void;

/** Makes the moments, all zero, in as few pieces as possible. */
export function createAdamPieces(variables: readonly Variable[]): AdamPiece[] {
  const lists: number[][] = [];
  let room = -1;
  variables.forEach(({ size }, i) => {
    room -= size;
    if (room < 0) {
      lists.push([]);
      room = LARGEST_PIECE - size;
    }
    lists.at(-1)!.push(i);
  });
  return lists.map((members) => {
    const numbers = members.reduce((sum, i) => sum + variables[i]!.size, 0);
    const moments = tf.tidy(() =>
      tf.variable(tf.concat([tf.zeros([2, numbers]), tf.fill([2, 1], NOTHING_YET)], 1), false),
    );
    return { members, moments };
  });
}

/**
 * One update of Adam for all variables at once. It is skipped, on the device, if a gradient or its square is
 * not finite; moments and variables then keep their bits, and `skipped` is one more.
 *
 * [m, v] = [beta1 m + (1 - beta1) g, beta2 v + (1 - beta2) g^2], and the same of g = 1 for [c1, c2];
 * p = p - rate ( (m / c1) / (sqrt(v / c2) + epsilon) + weightDecay p )
 */
export function adamUpdate(
  pieces: readonly AdamPiece[],
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  numbers: AdamNumbers,
  skipped: Variable,
): void {
  tf.tidy(() => {
    const factors = factorsOf(numbers);
    const [piece] = pieces;
    const own = pieces.length === 1 ? ownOperation<OwnAdam>('Adam') : undefined;
    if (own) own(piece!, gradients, variables, factors, skipped);
    else {
      const on = updateByOperations(pieces, gradients, variables, factors);
      skipped.assign(tf.sub(tf.add(skipped, 1), on));
    }
  });
}

/** Returns the scalar 1 if the update was made, and 0 if it was skipped. */
function updateByOperations(
  pieces: readonly AdamPiece[],
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  { mean, square, rate, epsilon, kept }: AdamFactors,
): Tensor {
  const read = pieces.map(({ members }) => {
    const gradient = tf.concat([...joinRows(gradients, members), tf.tensor1d([1])]);
    const both = tf.stack([gradient, tf.square(gradient)]);
    return { both, isFinite: tf.isFinite(both) };
  });
  const flags = read.map((piece) => tf.all(piece.isFinite));
  const on = tf.cast(flags.length === 1 ? flags[0]! : tf.all(tf.stack(flags)), 'float32');
  const shares = tf.mul(on, [[mean.share], [square.share]]);
  const stepSize = tf.mul(on, rate);
  pieces.forEach(({ members, moments }, k) => {
    const { both, isFinite } = read[k]!;
    // A value that is not finite is replaced by any finite one: its share is 0, but 0 times infinity is NaN.
    const safe = tf.where(isFinite, both, moments);
    moments.assign(nextMoments(moments, safe, shares, [mean, square], on));
    const numbers = moments.shape[1]! - 1;
    const corrections = tf.slice(moments, [0, numbers], [2, 1]);
    const scaled = tf.div(moments, corrections);
    const [first, second] = [0, 1].map((row) => tf.slice(scaled, [row, 0], [1, numbers])) as [Tensor, Tensor];
    const change = tf.mul(tf.div(first, tf.add(tf.sqrt(second), epsilon)), stepSize);
    const before = tf.concat(joinRows(variables, members));
    const decayed = kept === 1 ? before : tf.mul(before, tf.sub(1, tf.mul(on, 1 - kept)));
    const after = tf.sub(decayed, tf.reshape(change, [-1]));
    const sizes = members.map((i) => variables[i]!.size);
    const values = tf.split(after, sizes);
    members.forEach((i, place) => {
      const variable = variables[i]!;
      variable.assign(withShape(values[place]!, variable.shape));
    });
  });
  return on;
}

/** keep moments + shares (values - pull moments), without multiplying by 1; the unchanged moments if `on` is 0. */
function nextMoments(
  moments: Tensor,
  values: Tensor,
  shares: Tensor,
  decays: readonly [Decay, Decay],
  on: Tensor,
): Tensor {
  const column = (of: (decay: Decay) => number): number[][] => decays.map((decay) => [of(decay)]);
  const isPulled = decays.every(({ pull }) => pull === 1);
  const pulled = isPulled
    ? moments
    : tf.mul(
        moments,
        column(({ pull }) => pull),
      );
  const kept = isPulled
    ? moments
    : tf.mul(
        moments,
        tf.sub(
          1,
          tf.mul(
            on,
            column(({ keep }) => 1 - keep),
          ),
        ),
      );
  return tf.add(kept, tf.mul(tf.sub(values, pulled), shares));
}

/** The numbers of each member of a piece. */
function joinRows(tensors: readonly Tensor[], members: readonly number[]): Tensor[] {
  return members.map((i) => withShape(tensors[i]!, [tensors[i]!.size]));
}

/** Most variables are vectors, and each call of tfjs takes time. */
function withShape(x: Tensor, shape: number[]): Tensor {
  return x.rank === 1 && shape.length === 1 ? x : tf.reshape(x, shape);
}
