import * as tf from '@tensorflow/tfjs-core';
import type { Model } from '../../../examples/course/exercises/vae-update/model.js';
import type { Answers } from './answers.js';

type T = tf.Tensor;
type Update = (encoder: T, decoder: T, x: T, noise: T, model: Model) => { encoder: T; decoder: T };

const sample = ({ mean, logVariance }: ReturnType<Model['encode']>, noise: T): T =>
  tf.add(mean, tf.mul(tf.exp(tf.mul(0.5, logVariance)), noise));

/** Minus the bound of a batch; `draw` makes z, and `reduce` one number of the examples'. */
const loss =
  (x: T, noise: T, model: Model, { draw = sample, reduce = (bound: T): T => tf.mean(bound) } = {}) =>
  (encoder: T, decoder: T): tf.Scalar => {
    const posterior = model.encode(encoder, x);
    const logits = model.decode(decoder, draw(posterior, noise));
    return tf.mul(-1, reduce(model.elbo(x, logits, posterior.mean, posterior.logVariance)));
  };

const gradients = (f: (encoder: T, decoder: T) => tf.Scalar, encoder: T, decoder: T): [T, T] =>
  tf.grads(f)([encoder, decoder]) as [T, T];

const move = (weights: T, gradient: T, rate = 0.1): T => tf.sub(weights, tf.mul(rate, gradient));

/** A step by the gradients of a loss of its own. */
const stepBy =
  (options: Parameters<typeof loss>[3]): Update =>
  (encoder, decoder, x, noise, model) => {
    const [ofEncoder, ofDecoder] = gradients(loss(x, noise, model, options), encoder, decoder);
    return { encoder: move(encoder, ofEncoder), decoder: move(decoder, ofDecoder) };
  };

export const answers: Answers = {
  right: {
    'up the bound': ((encoder, decoder, x, noise, model) =>
      tf.tidy(() => {
        const bound = (e: T, d: T): tf.Scalar => tf.neg(loss(x, noise, model)(e, d));
        const [ofEncoder, ofDecoder] = gradients(bound, encoder, decoder);
        return { decoder: tf.add(decoder, tf.div(ofDecoder, 10)), encoder: tf.add(encoder, tf.div(ofEncoder, 10)) };
      })) satisfies Update,
    'one gradient for each': ((encoder, decoder, x, noise, model) =>
      tf.tidy(() => {
        const f = loss(x, noise, model);
        return {
          encoder: move(encoder, tf.grad((e: T) => f(e, decoder))(encoder)),
          decoder: move(decoder, tf.grad((d: T) => f(encoder, d))(decoder)),
        };
      })) satisfies Update,
    'a sum over examples, and a smaller rate': ((encoder, decoder, x, noise, model) =>
      tf.tidy(() => {
        const f = loss(x, noise, model, { reduce: (bound) => tf.sum(bound) });
        const [ofEncoder, ofDecoder] = gradients(f, encoder, decoder);
        const rate = 0.1 / x.shape[0];
        return { encoder: move(encoder, ofEncoder, rate), decoder: move(decoder, ofDecoder, rate) };
      })) satisfies Update,
  },
  wrong: {
    'down the bound': [
      ((encoder, decoder, x, noise, model) => {
        const [ofEncoder, ofDecoder] = gradients(loss(x, noise, model), encoder, decoder);
        return { encoder: move(encoder, ofEncoder, -0.1), decoder: move(decoder, ofDecoder, -0.1) };
      }) satisfies Update,
      ['ascent'],
    ],
    'the mean for a sample': [stepBy({ draw: ({ mean }) => mean }), ['decodesMean']],
    'a sum over examples': [stepBy({ reduce: (bound) => tf.sum(bound) }), ['sumOverBatch']],
    'one after the other': [
      ((encoder, decoder, x, noise, model) => {
        const f = loss(x, noise, model);
        const next = move(encoder, tf.grad((e: T) => f(e, decoder))(encoder));
        return { encoder: next, decoder: move(decoder, tf.grad((d: T) => f(next, d))(decoder)) };
      }) satisfies Update,
      ['decoderLater'],
    ],
    'a full step of the decoder alone': [
      ((encoder, decoder, x, noise, model) => {
        const [, ofDecoder] = gradients(loss(x, noise, model), encoder, decoder);
        return { encoder: tf.clone(encoder), decoder: tf.sub(decoder, ofDecoder) };
      }) satisfies Update,
      ['noRate', 'onlyDecoder'],
    ],
    'another rate': [
      ((encoder, decoder, x, noise, model) => {
        const [ofEncoder, ofDecoder] = gradients(loss(x, noise, model), encoder, decoder);
        return { encoder: move(encoder, ofEncoder, 0.01), decoder: move(decoder, ofDecoder, 0.01) };
      }) satisfies Update,
      [],
    ],
  },
};
