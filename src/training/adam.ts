import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkInteger, checkNumber, checkSameShape, checkTensor } from '../tensor/checks.js';
import { outOfRange, wrongKind } from '../tensor/errors.js';
import { jsonFields, type Json } from './json.js';
import type { Optimizer } from './optimizer.js';
import { valueAt, type Schedule } from './schedules.js';

/** Options of {@link createAdam}. */
export interface AdamOptions {
  /** Step size, above 0: a number, or a schedule over the calls of `apply`, counted from 0. */
  readonly learningRate: number | Schedule;
  /** Decay of the mean of the gradients, in [0, 1); 0.9 unless given. */
  readonly beta1?: number | undefined;
  /** Decay of the mean of their squares, in [0, 1); 0.999 unless given. */
  readonly beta2?: number | undefined;
  /** Added to the root of the second moment; 1e-8 unless given. */
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
  if (typeof learningRate !== 'function') checkNumber('createAdam', 'learningRate', learningRate, { above: 0 });
  checkNumber('createAdam', 'beta1', beta1, { least: 0, below: 1 });
  checkNumber('createAdam', 'beta2', beta2, { least: 0, below: 1 });
  checkNumber('createAdam', 'epsilon', epsilon, { above: 0 });
  checkNumber('createAdam', 'weightDecay', weightDecay, { least: 0 });

  let moments: Moments | undefined;
  let owned: readonly Variable[] = [];
  let calls = 0;

  const prepare = (variables: readonly Variable[]): Moments => {
    checkVariables(variables);
    if (moments !== undefined) {
      checkSameVariables(owned, variables);
      return moments;
    }
    moments = createMoments(variables.reduce((sum, { size }) => sum + size, 0));
    owned = [...variables];
    return moments;
  };

  return Object.freeze({
    prepare: (variables: readonly Variable[]) => void prepare(variables),
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      checkVariables(variables);
      checkGradients(gradients, variables);
      const rate = valueAt(learningRate, calls);
      checkNumber('createAdam', 'learningRate', rate, { least: 0 });
      const { first, second, corrections, applied, skipped } = prepare(variables);
      calls++;
      tf.tidy(() => {
        const flat = flatten(gradients);
        // 0 times a number that is not finite is NaN, so one sum asks all of them at once
        const isFinite = tf.isFinite(tf.sum(tf.mul(tf.square(flat), 0)));
        const on = tf.cast(isFinite, 'float32');
        const off = tf.sub(1, on);
        const gradient = tf.where(isFinite, flat, tf.zerosLike(flat));
        first.assign(tf.add(first, tf.mul(tf.mul(on, 1 - beta1), tf.sub(gradient, first))));
        second.assign(tf.add(second, tf.mul(tf.mul(on, 1 - beta2), tf.sub(tf.square(gradient), second))));
        // 1 - beta^t as a recurrence over applied updates, c = c + (1 - beta) (1 - c): the power itself loses digits
        corrections.assign(tf.add(corrections, tf.mul(tf.mul(on, [1 - beta1, 1 - beta2]), tf.sub(1, corrections))));
        applied.assign(tf.add(applied, on));
        skipped.assign(tf.add(skipped, off));
        // before the first applied update the corrections are 0; a skipped update then divides by 1 instead
        const [c1, c2] = tf.split(tf.add(corrections, off), 2) as [Tensor, Tensor];
        const root = tf.add(tf.sqrt(tf.div(second, c2)), epsilon);
        const change = tf.div(tf.mul(first, tf.div(tf.mul(on, rate), c1)), root);
        const kept = weightDecay === 0 ? undefined : tf.sub(1, tf.mul(on, rate * weightDecay));
        let offset = 0;
        for (const variable of variables) {
          const step = tf.reshape(tf.slice(change, offset, variable.size), variable.shape);
          variable.assign(tf.sub(kept === undefined ? variable : tf.mul(variable, kept), step));
          offset += variable.size;
        }
      });
    },
    state: () => ({
      tensors: moments === undefined ? [] : Object.values(moments),
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
      if (moments !== undefined) tf.dispose({ ...moments });
      moments = undefined;
      owned = [];
    },
    get skipped() {
      return moments?.skipped;
    },
  });
}

interface Moments {
  /** m and v of all variables, one after the other. */
  readonly first: Variable;
  readonly second: Variable;
  /** [1 - beta1^t, 1 - beta2^t] */
  readonly corrections: Variable;
  /** t */
  readonly applied: Variable;
  readonly skipped: Variable;
}

function createMoments(size: number): Moments {
  const zeros = (shape: number[]): Variable => tf.tidy(() => tf.variable(tf.zeros(shape), false));
  return {
    first: zeros([size]),
    second: zeros([size]),
    corrections: zeros([2]),
    applied: zeros([]),
    skipped: zeros([]),
  };
}

function flatten(tensors: readonly Tensor[]): Tensor {
  const flat = tensors.map((tensor) => tf.reshape(tensor, [tensor.size]));
  return flat.length === 1 ? flat[0]! : tf.concat(flat);
}

function checkVariables(variables: readonly Variable[]): void {
  const where = 'createAdam';
  if (!Array.isArray(variables) || variables.length === 0) {
    throw wrongKind({
      where,
      argument: 'variables',
      rule: 'must be an array of at least one variable',
      got: variables,
    });
  }
  variables.forEach((variable, i) => checkTensor(where, `variables[${i}]`, variable));
}

function checkSameVariables(owned: readonly Variable[], variables: readonly Variable[]): void {
  if (owned.length !== variables.length || owned.some((variable, i) => variable !== variables[i])) {
    throw outOfRange({
      where: 'createAdam',
      argument: 'variables',
      rule: 'must be those of the first call, in their order',
      got: 'other variables',
      fix: 'Make one optimizer for each list of variables.',
    });
  }
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
