import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkInteger, checkNumber, checkSameShape, checkTensor } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import { checkSameVariables, checkVariables } from './check-variables.js';
import { jsonFields, type Json } from './json.js';
import type { Optimizer } from './optimizer.js';
import { valueAt, type Schedule } from './schedules.js';

/** Bounds within which the scalars of an update are float32 numbers other than 0 and infinity. */
const [SMALLEST, LARGEST] = [1e-30, 1e30];

/** Variables of fewer numbers share one pair of moments: few kernels for the many small ones, no copies of the large. */
const SMALL = 2048;

/** Options of {@link createAdam}. */
export interface AdamOptions {
  /** Step size, above 0 and at most 1e30: a number, or a schedule over the calls of `apply`, counted from 0. */
  readonly learningRate: number | Schedule;
  /** Decay of the mean of the gradients, in [0, 1); 0.9 unless given. */
  readonly beta1?: number | undefined;
  /** Decay of the mean of their squares, in [0, 1); 0.999 unless given. */
  readonly beta2?: number | undefined;
  /** Added to the root of the second moment, at least 1e-30; 1e-8 unless given. */
  readonly epsilon?: number | undefined;
  /** Decoupled weight decay (AdamW), per step and unit of learning rate; 0 unless given. */
  readonly weightDecay?: number | undefined;
}

/**
 * The Adam optimizer, and AdamW with `weightDecay`, the same on every backend.
 *
 * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * p = p - learningRate ( (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon) + weightDecay p )
 *
 * @param options - see {@link AdamOptions}
 * @returns an optimizer for one list of variables, to be disposed by the caller
 * @throws RangeError if a number is outside its range
 * @remarks An update with a gradient that is not finite, or whose square is not, is left out on the device: neither
 * variables, moments nor the counter t change, and `skipped` counts it. `tf.train.adam` differs by its epsilon, which
 * is the backend's (1e-4 on some GPUs), and does not resume to the bit.
 * @example
 * ```ts
 * const w = tf.variable(tf.scalar(3));
 * const adam = createAdam({ learningRate: 0.1 });
 * adam.apply([tf.scalar(6)], [w]);
 * console.log(await w.data()); // 2.9
 * ```
 * @see Kingma and Ba 2015, Adam, algorithm 1, https://arxiv.org/abs/1412.6980; Loshchilov and Hutter 2019, Decoupled
 *   Weight Decay Regularization, algorithm 2, https://arxiv.org/abs/1711.05101
 */
export function createAdam(options: AdamOptions): Optimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  if (typeof learningRate !== 'function')
    checkNumber('createAdam', 'learningRate', learningRate, { above: 0, most: LARGEST });
  checkNumber('createAdam', 'beta1', beta1, { least: 0, below: 1 });
  checkNumber('createAdam', 'beta2', beta2, { least: 0, below: 1 });
  checkNumber('createAdam', 'epsilon', epsilon, { least: SMALLEST });
  checkNumber('createAdam', 'weightDecay', weightDecay, { least: 0 });

  let moments: Moments | undefined;
  let owned: readonly Variable[] = [];
  let calls = 0;

  const prepare = (variables: readonly Variable[]): Moments => {
    checkVariables('createAdam', variables);
    if (moments !== undefined) {
      checkSameVariables('createAdam', 'call', owned, variables);
      return moments;
    }
    moments = createMoments(variables);
    owned = [...variables];
    return moments;
  };

  return Object.freeze({
    prepare: (variables: readonly Variable[]) => void prepare(variables),
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      checkVariables('createAdam', variables);
      checkGradients(gradients, variables);
      const rate = valueAt(learningRate, calls);
      checkNumber('createAdam', 'learningRate', rate, { least: 0, most: LARGEST });
      const { groups, corrections, applied, skipped } = prepare(variables);
      calls++;
      tf.tidy(() => {
        const found = groups.map(({ members }) => finitePart(members.map((i) => gradients[i]!)));
        const on = tf.cast(tf.all(tf.stack(found.map(({ isFinite }) => isFinite))), 'float32');
        const off = tf.sub(1, on);
        const rates = tf.mul(on, [1 - beta1, 1 - beta2]);
        // 1 - beta^t as a recurrence over applied updates, c = c + (1 - beta) (1 - c): the power itself loses digits
        corrections.assign(tf.add(corrections, tf.mul(rates, tf.sub(1, corrections))));
        applied.assign(tf.add(applied, on));
        skipped.assign(tf.add(skipped, off));
        const [rate1, rate2] = tf.split(rates, 2) as [Tensor, Tensor];
        // before the first applied update the corrections are 0; a skipped update then divides by 1 instead
        const [c1, c2] = tf.split(tf.add(corrections, off), 2) as [Tensor, Tensor];
        // (m / c1) / (sqrt(v / c2) + epsilon) with the corrections in the scalars, which saves two passes over all numbers
        const root2 = tf.sqrt(c2);
        const stepSize = tf.div(tf.mul(tf.mul(on, rate), root2), c1);
        const offset = tf.mul(epsilon, root2);
        const kept = weightDecay === 0 ? undefined : tf.sub(1, tf.mul(on, rate * weightDecay));
        groups.forEach(({ members, first, second }, k) => {
          const { gradient } = found[k]!;
          first.assign(blend(first, gradient, rate1));
          second.assign(blend(second, tf.square(gradient), rate2));
          const change = tf.mul(tf.div(first, tf.add(tf.sqrt(second), offset)), stepSize);
          const sizes = members.map((i) => variables[i]!.size);
          const changes = members.length === 1 ? [change] : tf.split(change, sizes);
          members.forEach((i, row) => {
            const variable = variables[i]!;
            const step = tf.reshape(changes[row]!, variable.shape);
            variable.assign(tf.sub(kept === undefined ? variable : tf.mul(variable, kept), step));
          });
        });
      });
    },
    state: () => ({
      tensors: moments === undefined ? [] : momentVariables(moments),
      plain: { optimizer: 'adam', calls },
    }),
    restore: (plain: Json) => {
      const fields = jsonFields(plain);
      if (fields?.['optimizer'] !== 'adam') {
        throw wrongKind({
          where: 'createAdam.restore',
          argument: 'plain',
          rule: 'must be the state of an Adam optimizer',
          got: plain,
        });
      }
      checkInteger('createAdam.restore', 'plain.calls', fields['calls'], 0);
      calls = fields['calls'];
    },
    dispose: () => {
      if (moments !== undefined) tf.dispose(momentVariables(moments));
      moments = undefined;
      owned = [];
    },
    get skipped() {
      return moments?.skipped;
    },
  });
}

/** Variables whose moments are kept in one piece, one after the other. */
interface Group {
  /** Indices into the list of variables. */
  readonly members: readonly number[];
  /** m and v */
  readonly first: Variable;
  readonly second: Variable;
}

interface Moments {
  readonly groups: readonly Group[];
  /** [1 - beta1^t, 1 - beta2^t] */
  readonly corrections: Variable;
  /** t */
  readonly applied: Variable;
  readonly skipped: Variable;
}

function createMoments(variables: readonly Variable[]): Moments {
  const zeros = (shape: number[]): Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
  const indices = variables.map((_, i) => i);
  const small = indices.filter((i) => variables[i]!.size < SMALL);
  const large = indices.filter((i) => variables[i]!.size >= SMALL);
  const lists = [...large.map((i) => [i]), ...(small.length > 0 ? [small] : [])];
  const groups = lists.map((members): Group => {
    const size = members.reduce((sum, i) => sum + variables[i]!.size, 0);
    return { members, first: zeros([size]), second: zeros([size]) };
  });
  return { groups, corrections: zeros([2]), applied: zeros([]), skipped: zeros([]) };
}

function momentVariables({ groups, corrections, applied, skipped }: Moments): Variable[] {
  return [...groups.flatMap(({ first, second }) => [first, second]), corrections, applied, skipped];
}

/** Gradients in one piece, with 0 for each that has no finite square, and whether there is none of those. */
function finitePart(gradients: readonly Tensor[]): { gradient: Tensor; isFinite: Tensor } {
  const pieces = gradients.map((gradient) => tf.reshape(gradient, [gradient.size]));
  const flat = pieces.length === 1 ? pieces[0]! : tf.concat(pieces);
  const mask = tf.isFinite(tf.square(flat));
  return { gradient: tf.where(mask, flat, tf.zerosLike(flat)), isFinite: tf.all(mask) };
}

/** (1 - rate) old + rate new: exactly `old` at the rate 0 of a skipped update. */
function blend(old: Tensor, added: Tensor, rate: Tensor): Tensor {
  return tf.add(tf.mul(old, tf.sub(1, rate)), tf.mul(added, rate));
}

function checkGradients(gradients: readonly Tensor[], variables: readonly Variable[]): void {
  if (!Array.isArray(gradients) || gradients.length !== variables.length) {
    const rule = `must be one tensor for each of the ${variables.length} variables`;
    throw wrongKind({ where: 'createAdam', argument: 'gradients', rule, got: gradients });
  }
  gradients.forEach((gradient, i) => {
    checkTensor('createAdam', `gradients[${i}]`, gradient);
    checkSameShape('createAdam', `gradients[${i}]`, gradient, `variables[${i}]`, variables[i]!);
  });
}
