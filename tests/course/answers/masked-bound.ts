import * as tf from '@tensorflow/tfjs-core';
import type { Answers } from './answers.js';

type T = tf.Tensor;

const costs = (logits: T, tokens: T): T => {
  const own = tf.oneHot(tokens, logits.shape[2]!);
  return tf.sub(tf.logSumExp(logits, 2), tf.sum(tf.mul(own, logits), 2));
};
const total = (masked: T, cost: T): T => tf.sum(tf.mul(masked, cost), 1);

export const answers: Answers = {
  right: {
    'with logSoftmax, and a choice': (logits: T, tokens: T, masked: T, t: T) =>
      tf.tidy(() => {
        const logs = tf.logSoftmax(logits);
        const own = tf.cast(tf.oneHot(tokens as tf.Tensor2D, logits.shape[2]!), 'bool');
        const chosen = tf.logicalAnd(own, tf.cast(tf.expandDims(masked, 2), 'bool'));
        const terms = tf.where(chosen, tf.div(logs, tf.reshape(t, [-1, 1, 1])), tf.zerosLike(logs));
        return tf.neg(tf.sum(terms, [1, 2]));
      }),
    'with the weights first': (logits: T, tokens: T, masked: T, t: T) =>
      tf.tidy(() => {
        const weights = tf.mul(masked, tf.expandDims(tf.reciprocal(t), 1));
        return tf.einsum('ni,ni->n', weights, costs(logits, tokens));
      }),
    'with a mask that hides the visible tokens': (logits: T, tokens: T, masked: T, t: T) =>
      tf.tidy(() => {
        // a one-hot row of -1 is all zeros
        const shown = tf.cast(tf.where(tf.greater(masked, 0), tokens, tf.fill(tokens.shape, -1)), 'int32');
        const own = tf.oneHot(shown, logits.shape[2]!);
        return tf.div(tf.neg(tf.sum(tf.mul(own, tf.logSoftmax(logits)), [1, 2])), t);
      }),
    'one example after the other': (logits: T, tokens: T, masked: T, t: T) =>
      tf.tidy(() =>
        tf.stack(
          tf.unstack(logits).map((rows, n) => {
            const own = tf.oneHot(tf.gather(tokens, n), rows.shape[1]!);
            const cost = tf.neg(tf.sum(tf.mul(own, tf.logSoftmax(rows)), 1));
            return tf.div(tf.sum(tf.mul(tf.gather(masked, n), cost)), tf.gather(t, n));
          }),
        ),
      ),
    'with a lookup': (logits: T, tokens: T, masked: T, t: T) =>
      tf.tidy(() => {
        const choices = logits.shape[2]!;
        const rows = tf.mul(tf.range(0, tokens.size, 1, 'int32'), tf.scalar(choices, 'int32'));
        const places = tf.add(rows, tf.reshape(tokens, [-1]));
        const own = tf.reshape(tf.gather(tf.reshape(tf.logSoftmax(logits), [-1]), places as tf.Tensor1D), tokens.shape);
        return tf.neg(tf.div(total(masked, own), t));
      }),
    'with the losses of TensorFlow.js': (logits: T, tokens: T, masked: T, t: T) =>
      tf.tidy(() => {
        const choices = logits.shape[2]!;
        const own = tf.reshape(tf.oneHot(tokens as tf.Tensor2D, choices), [-1, choices]);
        const cost = tf.losses.softmaxCrossEntropy(own, tf.reshape(logits, [-1, choices]), undefined, 0, 0);
        return tf.div(total(masked, tf.reshape(cost, tokens.shape)), t);
      }),
  },
  wrong: {
    'a log-likelihood': [
      (logits: T, tokens: T, masked: T, t: T) => tf.neg(tf.div(total(masked, costs(logits, tokens)), t)),
      ['negative'],
    ],
    'a cross-entropy of the masked tokens, as without diffusion': [
      (logits: T, tokens: T, masked: T) => tf.div(total(masked, costs(logits, tokens)), tf.sum(masked, 1)),
      ['noWeight', 'meanOverMasked'],
    ],
    'the sum alone': [(logits: T, tokens: T, masked: T) => total(masked, costs(logits, tokens)), ['noWeight']],
    'the weight turned round': [
      (logits: T, tokens: T, masked: T, t: T) => tf.mul(total(masked, costs(logits, tokens)), t),
      ['timesT'],
    ],
    'the share that was drawn': [
      (logits: T, tokens: T, masked: T) => tf.div(total(masked, costs(logits, tokens)), tf.mean(masked, 1)),
      ['countedShare'],
    ],
    'every token': [(logits: T, tokens: T, _: T, t: T) => tf.div(tf.sum(costs(logits, tokens), 1), t), ['allTokens']],
    'a mask with the other meaning': [
      (logits: T, tokens: T, masked: T, t: T) => tf.div(total(tf.sub(1, masked), costs(logits, tokens)), t),
      ['visibleTokens'],
    ],
    'a loss of the batch': [
      (logits: T, tokens: T, masked: T, t: T) => tf.mean(tf.div(total(masked, costs(logits, tokens)), t)),
      ['meanOverBatch'],
    ],
    'a mean over the length in bits': [
      (logits: T, tokens: T, masked: T, t: T) =>
        tf.div(tf.mean(tf.mul(masked, costs(logits, tokens)), 1), tf.mul(t, Math.LN2)),
      ['meanOverLength', 'bits'],
    ],
    'a softmax over the places': [
      (logits: T, tokens: T, masked: T, t: T) => {
        const own = tf.oneHot(tokens, logits.shape[2]!);
        const logs = tf.sub(logits, tf.logSumExp(logits, 1, true));
        return tf.neg(tf.div(total(masked, tf.sum(tf.mul(own, logs), 2)), t));
      },
      ['softmaxOverPlaces'],
    ],
    'logits taken for probabilities': [
      (logits: T, tokens: T, masked: T, t: T) => {
        const own = tf.oneHot(tokens, logits.shape[2]!);
        return tf.neg(tf.div(total(masked, tf.log(tf.sum(tf.mul(own, logits), 2))), t));
      },
      ['probabilitiesGiven'],
    ],
    'probabilities taken for logits': [
      (logits: T, tokens: T, masked: T, t: T) => tf.div(total(masked, costs(tf.softmax(logits), tokens)), t),
      ['softmaxTwice'],
    ],
    'the token that follows': [
      (logits: T, tokens: T, masked: T, t: T) => {
        const length = tokens.shape[1]!;
        const cost = costs(tf.slice(logits, [0, 0, 0], [-1, length - 1, -1]), tf.slice(tokens, [0, 1]));
        return tf.div(total(tf.slice(masked, [0, 1]), cost), t);
      },
      ['nextToken'],
    ],
    // right until logits are large
    'the logarithm of a softmax': [
      (logits: T, tokens: T, masked: T, t: T) => {
        const own = tf.oneHot(tokens, logits.shape[2]!);
        return tf.neg(tf.div(total(masked, tf.log(tf.sum(tf.mul(own, tf.softmax(logits)), 2))), t));
      },
      ['softmaxItself'],
    ],
    'all rows with one weight': [
      (logits: T, tokens: T, masked: T, t: T) =>
        tf.mul(total(masked, costs(logits, tokens)), tf.mean(tf.reciprocal(t))),
      ['meanWeight'],
    ],
    'the root of the weight': [
      (logits: T, tokens: T, masked: T, t: T) => tf.div(total(masked, costs(logits, tokens)), tf.sqrt(t)),
      ['rootWeight'],
    ],
    'smoothed by a tenth': [
      (logits: T, tokens: T, masked: T, t: T) => {
        const own = tf.add(tf.mul(0.9, tf.oneHot(tokens as tf.Tensor2D, logits.shape[2]!)), 0.02);
        return tf.neg(tf.div(total(masked, tf.sum(tf.mul(own, tf.logSoftmax(logits)), 2)), t));
      },
      [],
    ],
  },
};
