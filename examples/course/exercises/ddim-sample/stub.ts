import * as tf from '@tensorflow/tfjs-core';
type PredictNoise = (x: tf.Tensor, timestep: number) => tf.Tensor;

/** Samples made of noise xT [batch, features], at the last timestep of the table alphaBars [steps]. */
export function ddimSample(predictNoise: PredictNoise, xT: tf.Tensor, alphaBars: tf.Tensor1D): tf.Tensor {
  return tf.sub(xT, predictNoise(xT, alphaBars.size)); // replace this line
}
