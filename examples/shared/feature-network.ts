import type * as tf from '@tensorflow/tfjs-core';

/** A trained network whose outputs are the features of measures. */
export interface FeatureNetwork {
  /** What the features are, for the protocols of measures. */
  readonly name: string;
  /** `[n, d]` for images `[n, height, width, channels]` in [0, 1]; the caller disposes it. */
  features(images: tf.Tensor): tf.Tensor;
  dispose(): void;
}
