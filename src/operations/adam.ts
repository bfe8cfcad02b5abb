import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';

/**
 * A kernel that makes the whole update of a piece, where a backend has one. Inputs: `moments`, gradients `g0`, `g1`, ... and
 * variables `p0`, `p1`, ...; attributes: {@link AdamNumbers}. Outputs: 1 or 0, a scalar, the moments and the variables.
 */
export const ADAM_KERNEL = 'GenerativeAdam';

/** Numbers in one piece at most: the temporary tensors of an update are a few times as large. */
const LARGEST_PIECE = 2 ** 22;

/** Makes quotients of two zeros zero: the bias corrections begin with it instead of 0. Added to one, it vanishes. */
const NOTHING_YET = 1e-30;

/** Variables whose numbers stand in one row, one variable after the other, with their moments. */
export interface AdamPiece {
  /** Indices into the list of variables. */
  readonly members: readonly number[];
  /**
   * `[2, numbers + 1]`: the moments m and v. The last column are the moments of a gradient that is always 1, which are
   * the bias corrections 1 - beta^t.
   */
  readonly moments: Variable;
}

/** Numbers of an Adam update. */
export interface AdamNumbers {
  readonly rate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** Makes the moments, all zero, in as few pieces as may be. */
export function createAdamPieces(variables: readonly Variable[]): AdamPiece[] {
  const lists: number[][] = [];
  let room = 0;
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
 * One update of Adam, of all numbers of all variables at once; left out, on the device, if a gradient or its square is
 * not finite. Then moments and variables keep their bits.
 *
 * [m, v] = (1 - r) [m, v] + r [g, g^2], r = [1 - beta1, 1 - beta2]
 * p = p - rate ( (m / c1) / (sqrt(v / c2) + epsilon) + weightDecay p )
 *
 * @returns 1, a scalar, if the update was made, 0 if it was left out
 */
export function adamUpdate(
  pieces: readonly AdamPiece[],
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  numbers: AdamNumbers,
): Tensor {
  return tf.tidy(() => {
    const [piece] = pieces;
    const inOneKernel = pieces.length === 1 && tf.getKernel(ADAM_KERNEL, tf.getBackend()) != null;
    return inOneKernel
      ? runKernel(piece!, gradients, variables, numbers)
      : runPlain(pieces, gradients, variables, numbers);
  });
}

function runKernel(
  { moments }: AdamPiece,
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  numbers: AdamNumbers,
): Tensor {
  const inputs: Record<string, Tensor> = { moments };
  gradients.forEach((gradient, i) => (inputs[`g${i}`] = gradient));
  variables.forEach((variable, i) => (inputs[`p${i}`] = variable));
  const outputs = tf.engine().runKernel<Tensor[]>(ADAM_KERNEL, inputs, { ...numbers });
  const [on, newMoments, ...values] = outputs as [Tensor, Tensor, ...Tensor[]];
  moments.assign(newMoments);
  values.forEach((value, i) => variables[i]!.assign(value));
  return on;
}

function runPlain(
  pieces: readonly AdamPiece[],
  gradients: readonly Tensor[],
  variables: readonly Variable[],
  { rate, beta1, beta2, epsilon, weightDecay }: AdamNumbers,
): Tensor {
  const read = pieces.map(({ members }) => {
    const gradient = inOneRow(
      members.map((i) => gradients[i]!),
      1,
    );
    const both = tf.stack([gradient, tf.square(gradient)]);
    return { both, isFinite: tf.isFinite(both) };
  });
  const flags = read.map((piece) => tf.all(piece.isFinite));
  const on = tf.cast(flags.length === 1 ? flags[0]! : tf.all(tf.stack(flags)), 'float32');
  const rates = tf.mul(on, [[1 - beta1], [1 - beta2]]);
  const stepSize = tf.mul(on, rate);
  const kept = weightDecay === 0 ? undefined : tf.sub(1, tf.mul(stepSize, weightDecay));
  pieces.forEach(({ members, moments }, k) => {
    const { both, isFinite } = read[k]!;
    // what is not finite is replaced by any number: its rate is 0, but 0 times infinity is not
    const safe = tf.where(isFinite, both, moments);
    moments.assign(tf.add(tf.mul(moments, tf.sub(1, rates)), tf.mul(safe, rates)));
    const corrections = tf.slice(moments, [0, moments.shape[1]! - 1], [2, 1]);
    const [mean, square] = tf.split(tf.div(moments, corrections), 2) as [Tensor, Tensor];
    const change = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), epsilon)), stepSize);
    const before = inOneRow(
      members.map((i) => variables[i]!),
      0,
    );
    const after = tf.sub(kept === undefined ? before : tf.mul(before, kept), tf.reshape(change, [-1]));
    const sizes = members.map((i) => variables[i]!.size);
    const values = tf.split(after, [...sizes, 1]);
    members.forEach((i, place) => {
      const variable = variables[i]!;
      variable.assign(tf.reshape(values[place]!, variable.shape));
    });
  });
  return on;
}

/** The numbers of tensors one after the other, and one number at the end. */
function inOneRow(tensors: readonly Tensor[], last: number): Tensor {
  return tf.concat([...tensors.map((tensor) => tf.reshape(tensor, [tensor.size])), tf.tensor1d([last])]);
}
