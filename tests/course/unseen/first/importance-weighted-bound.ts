import type { Unseen } from '../answer.js';

export const importanceWeightedBound: Unseen = {
  right: [
    `(logWeights) => tf.logSumExp(tf.sub(logWeights, Math.log(logWeights.shape[0])), 0)`,
    `(logWeights) => {
      const top = tf.max(logWeights, 0, true);
      return tf.add(tf.squeeze(top, [0]), tf.log(tf.mean(tf.exp(tf.sub(logWeights, top)), 0)));
    }`,
    `(logWeights) => {
      const rows = tf.unstack(logWeights);
      const total = rows.reduce((sum, row) => tf.add(sum, tf.softplus(tf.sub(row, sum))));
      return tf.sub(total, Math.log(rows.length));
    }`,
    `(logWeights) => {
      const byExample = tf.transpose(logWeights);
      const first = tf.slice(tf.sub(byExample, tf.logSoftmax(byExample)), [0, 0], [-1, 1]);
      return tf.sub(tf.reshape(first, [-1]), tf.log(logWeights.shape[0]));
    }`,
  ],
  wrong: [
    {
      says: 'The logarithm of the sum is divided by the number of samples, where the sum should be.',
      mistakes: ['dividedOutside'],
      answer: `(logWeights) => tf.div(tf.logSumExp(logWeights, 0), logWeights.shape[0])`,
    },
    {
      says: 'It averages the log-weights by their normalised weights instead of taking the logarithm of the mean weight.',
      mistakes: ['weighted'],
      answer: `(logWeights) => {
        const weights = tf.transpose(tf.softmax(tf.transpose(logWeights)));
        return tf.sum(tf.mul(weights, logWeights), 0);
      }`,
    },
    {
      says: 'It subtracts the largest of the whole batch, so that all weights of another example may underflow.',
      mistakes: ['largestOfAll'],
      answer: `(logWeights) => {
        const top = tf.max(logWeights);
        return tf.add(top, tf.log(tf.mean(tf.exp(tf.sub(logWeights, top)), 0)));
      }`,
    },
    {
      says: 'It exponentiates the log-weights as they are, which gives 0, and it sums instead of averaging.',
      mistakes: ['noMean', 'weightsThemselves'],
      answer: `(logWeights) => tf.log(tf.sum(tf.exp(logWeights), 0))`,
    },
    {
      says: 'The maximum is not added back, and it sums instead of averaging.',
      mistakes: ['noMean', 'notAddedBack'],
      answer: `(logWeights) => tf.log(tf.sum(tf.exp(tf.sub(logWeights, tf.max(logWeights, 0))), 0))`,
    },
  ],
};
