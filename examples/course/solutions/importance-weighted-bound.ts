import * as tf from '@tensorflow/tfjs-core';

export function importanceWeightedBound(logWeights: tf.Tensor): tf.Tensor {
  return tf.tidy(() => tf.sub(tf.logSumExp(logWeights, 0), Math.log(logWeights.shape[0])));
}
