import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { MixtureDensity } from '../../distributions/index.js';
import type { Part } from '../../nets/network.js';
import { checkSizes } from '../../nets/layer.js';
import { newVariable } from '../../nets/new-variable.js';
import { clip } from '../../operations/clip.js';
import { checkExamples, checkFunction } from '../../tensor/checks.js';
import { outOfRange, wrongKind } from '../../tensor/errors.js';
import { free } from '../../tensor/lost-backend.js';
import { note } from '../../tensor/made-by.js';
import { readOptions } from '../../tensor/options.js';
import { renameErrors } from '../../tensor/rename-errors.js';
import type { GaussianEncoder } from '../gaussian-encoder.js';

/** The members of an encoder that a VampPrior uses. */
type Encoder = Omit<GaussianEncoder, 'draw'>;

import { mixtureMembers } from './mixture-members.js';

/** Options of {@link createVampPrior}. */
export interface VampPriorOptions {
  /**
   * Initial pseudo-inputs, float32 `[K, ...]`, such as examples of the data. They are copied without being read: make sure that they are
   * finite.
   */
  readonly inputs: Tensor;
  /** Pseudo-inputs are clipped to `[low, high]` before they are encoded, such as `[0, 1]` for pictures; by default they are not. */
  readonly range?: readonly [low: number, high: number] | undefined;
}

/**
 * The VampPrior: the mixture of the encoder's own posteriors at pseudo-inputs, which are learned.
 *
 * p(z) = 1/K sum_k q(z | u_k), with pseudo-inputs u_k
 *
 * The prior changes with the encoder, and its gradient also reaches the encoder's weights. Variables: the pseudo-inputs `[K, ...]`, then
 * those of the encoder.
 *
 * @param encoder - the Gaussian encoder of the model; the caller still owns it
 * @param options - see {@link VampPriorOptions}
 * @returns a prior to pass to {@link createVaeTrainer}. `dispose` frees the pseudo-inputs, not the encoder.
 * @throws TypeError, RangeError or {@link ShapeError} if an argument is wrong
 * @remarks Each call encodes all pseudo-inputs, so a step with 500 of them and 100 examples takes three to four times as long. They
 *   are encoded without dropout and without a condition; an encoder that needs a condition is rejected. Outside the range a pseudo-input has
 *   no gradient.
 * @example
 * ```ts
 * const prior = createVampPrior(encoder, { inputs: tf.slice(x, 0, 3), range: [0, 1] });
 * console.log(prior.sample([5, 4], random).shape); // [5, 4]
 * ```
 * @see Tomczak and Welling 2018, VAE with a VampPrior, https://arxiv.org/abs/1705.07120
 */
export function createVampPrior(
  encoder: Omit<GaussianEncoder, 'draw'>,
  options: VampPriorOptions,
): MixtureDensity & Part {
  const where = 'createVampPrior';
  const { inputs, range } = readOptions(where, options, {
    inputs: checkExamples,
    range: rangeRule,
  });
  checkFunction(where, 'encoder.encode', encoder?.encode);
  checkEncodes(where, encoder, inputs.shape);
  return vampPriorOf(encoder, inputs.shape, () => tf.clone(inputs), range);
}

/** {@link createVampPrior} as a file describes it, by the shape of its pseudo-inputs; disposing it also disposes the encoder. */
export function vampPriorFrom(
  encoder: Encoder,
  options: { readonly shape: readonly number[]; readonly range?: VampPriorOptions['range'] },
): MixtureDensity & Part {
  const where = 'createVampPrior';
  const { shape, range } = readOptions(where, options, { shape: { is: checkSizes, least: 2 }, range: rangeRule });
  checkFunction(where, 'encoder.encode', encoder?.encode);
  return vampPriorOf(encoder, shape, () => tf.zeros([...shape]), range, encoder);
}

function vampPriorOf(
  encoder: Encoder,
  shape: readonly number[],
  initial: () => Tensor,
  range: VampPriorOptions['range'],
  owned?: Encoder,
): MixtureDensity & Part {
  const inputs = newVariable(shape, initial);
  const logits = new Array<number>(shape[0]!).fill(0);
  const made = {
    variables: Object.freeze([inputs, ...encoder.variables]),
    buffers: encoder.buffers ?? [],
    notResumable: encoder.notResumable,
    ...mixtureMembers([inputs], encoder.latentSize, shape[0]!, () => {
      const clipped = range === undefined ? inputs : clip(inputs, ...range);
      const { mean, logVariance } = encoder.encode(clipped);
      return [mean, logVariance, tf.tensor1d(logits)];
    }),
    dispose: () => {
      free([inputs]);
      owned?.dispose();
    },
  };
  return Object.freeze(
    note(made, { kind: 'createVampPrior', options: { shape: [...shape], range }, parts: [encoder], classes: 0 }),
  );
}

const rangeRule = { is: checkRange, default: undefined } as const;

/** Throws if the encoder cannot encode data of this shape without a condition. */
function checkEncodes(where: string, encoder: Encoder, shape: readonly number[]): void {
  try {
    tf.tidy(() => {
      const inputs = tf.zeros([...shape]);
      renameErrors(where, { inputs }, () => encoder.encode(inputs));
    });
  } catch (error) {
    if (!/`options.condition` must be/.test(String(error))) throw error;
    const fix = 'Pseudo-inputs have no condition: use createConditionalPrior.';
    throw wrongKind(where, 'encoder', 'must not need a condition', { seen: 'one that does', fix });
  }
}

function checkRange(where: string, argument: string, range: readonly unknown[]): void {
  const isPair = Array.isArray(range) && range.length === 2 && range.every((bound) => typeof bound === 'number');
  // a comparison with NaN is false
  if (isPair && range[0]! < range[1]!) return;
  throw outOfRange(where, argument, 'must be [low, high], with low below high', { got: range });
}
