import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { adamUpdate, createAdamPieces, type AdamNumbers, type AdamPiece } from '../../operations/adam.js';
import { checkInteger, checkInUse, checkNumber } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { free } from '../../tensor/lost-backend.js';
import { checkEachOnce, checkGradientList, checkSameVariables, checkVariables } from './check-variables.js';
import { jsonFields, type Json } from '../json.js';
import type { Observer } from '../observer.js';
import { undoUnlessFinite } from './guard.js';
import type { Optimizer } from './optimizer.js';
import { checkSchedule, valueAt, type Schedule } from './schedules.js';
import { readOptions, type Rules } from '../../tensor/options.js';

/** Bounds within which the scalars of an update are float32 numbers other than 0 and infinity. */
const SMALLEST = 1e-30;
const LARGEST = 1e30;

/** The moments for a list of variables. */
interface Moments {
  readonly pieces: readonly AdamPiece[];
  readonly skipped: Variable;
  readonly variables: readonly Variable[];
}

/** Options of {@link createAdam}. */
export interface AdamOptions {
  /** Step size, above 0 and at most 1e30: a number, or a schedule over the calls of `apply`, counted from 0. */
  readonly learningRate: number | Schedule;
  /** Decay of the mean of the gradients, in [0, 1); 0.9 by default. */
  readonly beta1?: number | undefined;
  /** Decay of the mean of the squared gradients, in [0, 1); 0.999 by default. */
  readonly beta2?: number | undefined;
  /** Added to the root of the second moment, at least 1e-30; 1e-8 by default. */
  readonly epsilon?: number | undefined;
  /** Decoupled weight decay (AdamW), per step and unit of learning rate; 0 by default. */
  readonly weightDecay?: number | undefined;
}

const adamRules = {
  learningRate: { is: checkSchedule, above: 0, most: LARGEST },
  beta1: { is: checkNumber, default: 0.9, least: 0, below: 1 },
  beta2: { is: checkNumber, default: 0.999, least: 0, below: 1 },
  epsilon: { is: checkNumber, default: 1e-8, least: SMALLEST },
  weightDecay: { is: checkNumber, default: 0, least: 0 },
} satisfies Rules<AdamOptions>;

/**
 * The Adam optimizer, and AdamW with `weightDecay`, the same on every backend.
 *
 * m = beta1 m + (1 - beta1) g, v = beta2 v + (1 - beta2) g^2,
 * p = p - learningRate ( (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon) + weightDecay p )
 *
 * @param options - see {@link AdamOptions}
 * @returns an optimizer for one list of variables, to be disposed by the caller
 * @throws RangeError if a number is outside its range
 * @remarks An update is skipped on the device if a gradient or its square is not finite, or if it would take a variable beyond
 * float32. Variables, moments and bias corrections then stay the same, and `skipped` counts it. `tf.train.adam` takes its epsilon
 * from the backend (1e-4 on some GPUs), and a run with it does not resume bit for bit.
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
  const read = readOptions('createAdam', options, adamRules);
  const { learningRate, ...fixed } = read;
  const { state: remembered, restore: remember } = learningRate as Partial<Schedule>;

  let own: Moments | undefined;
  let [calls, isDisposed] = [0, false];

  const checkUsable = (variables: readonly Variable[]): void => {
    checkInUse('createAdam', 'optimizer', isDisposed);
    checkVariables('createAdam', variables);
  };
  /** The moments of variables that are known to be usable. */
  const momentsOf = (variables: readonly Variable[]): Moments => {
    if (own !== undefined) checkSameVariables('createAdam', 'call', own.variables, variables);
    return (own ??= makeMoments(variables));
  };
  const tensors = (): Variable[] => (own ? [...own.pieces.map(({ moments }) => moments), own.skipped] : []);

  return Object.freeze({
    prepare: (variables: readonly Variable[]) => {
      checkUsable(variables);
      momentsOf(variables);
    },
    apply: (gradients: readonly Tensor[], variables: readonly Variable[]) => {
      checkUsable(variables);
      checkGradientList('createAdam', gradients, variables);
      const rate = valueAt(learningRate, calls);
      checkNumber('createAdam', 'learningRate', rate, { least: 0, most: LARGEST });
      const { pieces, skipped } = momentsOf(variables);
      calls++;
      const numbers = { rate, ...fixed };
      const update = (): void => adamUpdate(pieces, gradients, variables, numbers, skipped);
      if (keepsFinite(numbers)) update();
      else tryUpdate([...variables, ...pieces.map(({ moments }) => moments)], update, skipped);
    },
    state: () => ({
      tensors: tensors(),
      plain: { optimizer: 'adam', calls, ...(remembered && { learningRate: remembered() }) },
    }),
    restore: (plain: Json) => {
      const fields = jsonFields(plain);
      if (fields?.['optimizer'] !== 'adam') {
        throw wrongKind('createAdam.restore', 'plain', 'must be the state of an Adam optimizer', { got: plain });
      }
      checkInteger('createAdam.restore', 'plain.calls', fields['calls'], { least: 0 });
      // absent in a file with another kind of learning rate, if that difference is waived
      if (fields['learningRate'] !== undefined) remember?.(fields['learningRate']);
      calls = fields['calls'];
    },
    dispose: () => {
      free(tensors());
      [own, isDisposed] = [undefined, true];
    },
    get skipped() {
      return own?.skipped;
    },
    observers: observersIn(learningRate),
    get learningRate() {
      return valueAt(learningRate, calls);
    },
    settings: { name: 'adam', ...read },
  });
}

function makeMoments(variables: readonly Variable[]): Moments {
  checkEachOnce('createAdam', variables);
  const pieces = createAdamPieces(variables);
  return { pieces, skipped: tf.tidy(() => tf.variable(tf.scalar(0), false)), variables: [...variables] };
}

/** The learning rate, if it is also an observer, such as that of `reduceOnPlateau`. */
function observersIn(learningRate: unknown): readonly Observer[] {
  return (learningRate as Partial<Observer>).epoch === undefined ? [] : [learningRate as Observer];
}

/**
 * Whether no update can take a finite variable beyond float32. A gradient whose square is finite is at most 1.9e19, and so is
 * the mean of such gradients. A step of at most 1e30 is less than half of the last digit of float32's largest number, so adding it
 * changes nothing.
 */
function keepsFinite({ rate, epsilon, weightDecay }: AdamNumbers): boolean {
  return (rate * 1.9e19) / epsilon <= 1e30 && rate * weightDecay <= 1;
}

/** Makes an update that may overflow and is then undone, and counted as skipped. */
function tryUpdate(changed: readonly Variable[], update: () => void, skipped: Variable): void {
  tf.tidy(() => {
    const on = undoUnlessFinite(changed, update);
    skipped.assign(tf.sub(tf.add(skipped, 1), on));
  });
}
