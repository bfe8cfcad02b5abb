import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { stopGradient } from '../gradients/stop-gradient.js';
import { checkApplyOptions } from '../nets/apply-options.js';
import { classesOf } from '../nets/classes-of.js';
import { checkArray, checkSizes } from '../nets/layer.js';
import type { ApplyOptions, Part } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/stream.js';
import { checkAlive, checkRecord, checkResult, checkShape } from '../tensor/checks.js';
import { outOfRange, wrongKind, wrongShape } from '../tensor/errors.js';
import { note } from '../tensor/made-by.js';
import { readOptions } from '../tensor/options.js';
import { calling, checkCopy } from '../tensor/own-members.js';
import { checkQuantizer, latentsOf, vectorsIn, type Quantizer } from './quantizers/quantizer.js';
import type { CodeDensity } from './quantizers/uniform-codes.js';
import { sampleAtOnce, sampleBy } from './sampling/token-sampler.js';
import type { TokenSampleOptions } from './sampling/sample-options.js';
import type { TokenModel } from './token-model.js';

/** A learned prior of codes: {@link createCodePrior} makes one. */
export interface CodePrior extends CodeDensity, Part {
  /** The model of the sequences of indices. */
  readonly model: TokenModel;
}

/** Options of {@link createCodePrior}. */
export interface CodePriorOptions {
  /** The quantizer of the encoder. */
  readonly quantizer: Quantizer;
  /** The shape of an example's codes, such as `[7, 7, size]`: the output of the encoder's network, without its batch. */
  readonly shape: readonly number[];
}

/**
 * A prior of codes that is learned by a model of sequences: p(z) = p(the indices of z).
 *
 * log p(z) = log p(i_1 ... i_places), where i_j is the index of the code at place j, row by row
 *
 * Variables: those of the model. Buffers: those of the model, then those of the quantizer.
 *
 * @param model - from {@link createTokenModel} or {@link createMaskedModel}, with as many tokens as codes, and as long as there are places; the
 *   prior owns it
 * @param options - see {@link CodePriorOptions}
 * @returns a prior to pass to `createPriorTrainer`, with the encoder, which still owns the quantizer; then {@link sampleCodes} draws
 *   from it. `dispose` frees the model. It accepts z as `[rows, places * size]` or `[rows, ..., size]`.
 * @throws TypeError or RangeError if an argument is wrong, or `ShapeError` if the sizes do not match; `sample` throws Error if
 *   the model is a user's own, which can only draw with pauses
 * @remarks Of a masked model, log p is an estimate of a bound, which draws from `options.random`: trainers provide this stream, and in other calls you
 *   must. The codes of z are those that are nearest now: a codebook that is trained at the same time has moved within the step.
 * @example
 * ```ts
 * const size = { tokens: 16, length: 4 };
 * const model = createTokenModel(transformer({ ...size, width: 32, layers: 1, random }), size);
 * const quantizer = finiteScalarQuantizer({ levels: [4, 4] });
 * const prior = createCodePrior(model, { quantizer, shape: [4, 2] });
 * const nats = await prior.logProb(tf.ones([1, 8])).data(); // -4 log 16 = -11.09, before it is trained
 * ```
 * @see van den Oord, Vinyals and Kavukcuoglu 2017, section 3.3, https://arxiv.org/abs/1711.00937
 */
export function createCodePrior(model: TokenModel, options: CodePriorOptions): CodePrior {
  return codePriorOf(model, options);
}

/** {@link createCodePrior} for a file, where nothing else may own the quantizer: disposing the prior also disposes it. */
export function codePriorFrom(model: TokenModel, options: CodePriorOptions): CodePrior {
  return codePriorOf(model, options, options.quantizer);
}

function codePriorOf(model: TokenModel, options: CodePriorOptions, owned?: Quantizer): CodePrior {
  const where = 'createCodePrior';
  checkModel(where, 'model', model);
  const { quantizer, shape } = readOptions(where, options, { quantizer: checkQuantizer, shape: checkSizes });
  checkFits(where, model, quantizer, shape);
  const numbers = model.length * quantizer.size;
  const calls = { model, quantizer };
  const made: CodePrior = {
    variables: model.variables,
    buffers: Object.freeze([...(model.buffers ?? []), ...(quantizer.buffers ?? [])]),
    notResumable: model.notResumable,
    dispose: () => {
      model.dispose();
      owned?.dispose();
    },
    model,
    quantizer,
    sample: calling(calls, (wanted: readonly number[], random: RandomStream, applyOptions?: ApplyOptions): Tensor => {
      checkAlive('sample', 'prior', model.variables);
      checkRandom('sample', 'random', random);
      checkApplyOptions('sample', applyOptions);
      checkArray('sample', 'shape', wanted);
      checkShape('sample', 'shape', { shape: wanted }, [null, numbers]);
      const draw = sampleAtOnce('sample', model.sample);
      // a prior ignores a condition that it does not read
      const read = classesOf(model) === 0 ? {} : applyOptions;
      return tf.tidy(() => latentsOf(quantizer, draw(wanted[0]!, random, read)));
    }),
    logProb: calling(calls, (z: Tensor, applyOptions?: ApplyOptions): Tensor => {
      checkAlive('logProb', 'prior', model.variables);
      checkApplyOptions('logProb', applyOptions);
      return tf.tidy(() => {
        const vectors = vectorsIn('logProb', z, quantizer.size);
        checkShape('logProb', 'z', { shape: [z.shape[0], z.size / z.shape[0]] }, [null, numbers]);
        const indices = stopGradient(() => quantizer.indicesOf(vectors));
        // the index of a vector with NaN is no token
        const tokens = tf.minimum(indices, tf.scalar(quantizer.codes - 1, 'int32'));
        const logProb = model.logProb(tokens, applyOptions);
        checkResult('logProb', 'model.logProb(...)', logProb, [z.shape[0]]);
        // 1, or NaN, which also gives the model a gradient of NaN, so that a trainer skips the update
        const factor = stopGradient(() => tf.add(1, tf.sum(tf.mul(0, vectors), [1, 2])));
        return tf.mul(logProb, factor);
      });
    }),
  };
  return Object.freeze(
    note(made, { kind: where, options: { shape: [...shape] }, parts: [model, quantizer], classes: classesOf(model) }),
  );
}

/**
 * Draws latents from a learned prior of codes, with all options of the model's `sample`: temperature, conditions, known codes.
 *
 * @param prior - from {@link createCodePrior}
 * @param n - how many, at least 1
 * @param options - see {@link TokenSampleOptions}; `known` holds indices, int32 `[n, places]`
 * @returns resolves to latents for the decoder, float32 `[n, places * size]`; the caller disposes them
 * @throws TypeError or RangeError, as a rejection, if an argument is wrong
 * @example
 * ```ts
 * const size = { tokens: 4, length: 2 };
 * const model = createTokenModel(transformer({ ...size, width: 32, layers: 1, random }), size);
 * const prior = createCodePrior(model, { quantizer: finiteScalarQuantizer({ levels: [2, 2] }), shape: [2, 2] });
 * const codes = await sampleCodes(prior, 16, { random, temperature: 0.9 });
 * const pictures = decoder.mean(codes); // [16, 8, 8, 1]
 * ```
 */
export async function sampleCodes(prior: CodePrior, n: number, options: TokenSampleOptions): Promise<Tensor> {
  const where = 'sampleCodes';
  checkModel(where, 'prior.model', prior?.model);
  checkQuantizer(where, 'prior.quantizer', prior.quantizer);
  checkCopy(where, 'prior', prior, 'sample logProb', 'Use createCodePrior.');
  const indices = await sampleBy(where, prior.model.sample, n, options);
  try {
    return tf.tidy(() => latentsOf(prior.quantizer, indices));
  } finally {
    indices.dispose();
  }
}

function checkModel(where: string, argument: string, model: TokenModel): void {
  checkRecord(where, argument, model, 'logProb sample', 'createTokenModel(...), createMaskedModel(...)');
}

/** Throws unless a model, a quantizer and a shape describe the same codes. */
function checkFits(where: string, model: TokenModel, quantizer: Quantizer, shape: readonly number[]): void {
  const { tokens, length, end } = model;
  if (tokens !== quantizer.codes) {
    const fix = 'Make the model with `tokens: quantizer.codes`.';
    throw outOfRange(where, 'model.tokens', `must be ${quantizer.codes}, the codes of \`quantizer\``, {
      got: tokens,
      fix,
    });
  }
  if (end !== undefined) {
    throw wrongKind(where, 'model.end', 'must be undefined', { got: end, fix: 'There is a code at each place.' });
  }
  const places = shape.slice(0, -1);
  const count = places.reduce((product, size) => product * size, 1);
  const fix = 'Give [places..., size], the output of the network of the encoder.';
  if (shape.at(-1) !== quantizer.size) throw wrongShape(where, 'shape', [...places, quantizer.size], shape, fix);
  if (count === length) return;
  throw outOfRange(where, 'model.length', `must be ${count}, the places of \`shape\``, { got: length, fix });
}
