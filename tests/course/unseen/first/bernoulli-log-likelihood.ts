import type { Unseen } from '../answer.js';

export const bernoulliLogLikelihood: Unseen = {
  right: [
    `(x, l) => tf.neg(tf.sum(tf.softplus(tf.mul(tf.sub(1, tf.mul(2, x)), l)), 1))`,
    `(x, logits) => tf.sum(tf.where(tf.equal(x, 1), tf.logSigmoid(logits), tf.logSigmoid(tf.neg(logits))), 1)`,
    `(x, logits) => {
      const both = tf.stack([tf.zerosLike(logits), logits]);
      return tf.sub(tf.sum(tf.mul(x, logits), 1), tf.sum(tf.logSumExp(both, 0), 1));
    }`,
    `(x, logits) => {
      const rest = tf.log1p(tf.exp(tf.neg(tf.abs(logits))));
      const rows = tf.unstack(tf.sub(tf.sub(tf.mul(logits, x), tf.maximum(logits, 0)), rest));
      return tf.stack(rows.map((row) => tf.sum(row)));
    }`,
  ],
  wrong: [
    {
      says: 'log(1 + exp(logit)) overflows for large logits.',
      mistakes: [],
      measured: 'it is finite where logits is at most',
      answer: `(x, logits) => tf.sum(tf.sub(tf.mul(x, logits), tf.log(tf.add(1, tf.exp(logits)))), 1)`,
    },
    {
      says: 'The probability is clipped, so that large logits all cost the same.',
      mistakes: [],
      measured: 'numbers are about the same, and should be larger in magnitude',
      answer: `(x, logits) => {
        const p = tf.clipByValue(tf.sigmoid(logits), 1e-7, 1 - 1e-7);
        return tf.sum(tf.add(tf.mul(x, tf.log(p)), tf.mul(tf.sub(1, x), tf.log(tf.sub(1, p)))), 1);
      }`,
    },
    {
      says: 'It is the cross-entropy, which has the other sign, and one mean over everything instead of a sum for each example.',
      mistakes: ['negative', 'meanOverPixels'],
      measured: 'it is the mean over the whole batch',
      answer: `(x, logits) => tf.losses.sigmoidCrossEntropy(x, logits)`,
    },
    {
      says: 'The black pixels (1 - x) are missing, and it is a mean over the pixels.',
      mistakes: ['onlyOnes', 'meanOverPixels'],
      answer: `(x, logits) => tf.mean(tf.mul(x, tf.logSigmoid(logits)), 1)`,
    },
    {
      says: 'The logit has the wrong sign in the softplus.',
      mistakes: ['otherSide'],
      answer: `(x, logits) => tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(tf.neg(logits))), 1)`,
    },
  ],
};
