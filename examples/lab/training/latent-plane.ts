import * as tf from '@tensorflow/tfjs-core';

/** The plane of the first two of so many latents. */
export const latentPlane = (latent: number) => ({
  /** The first two latents; a second one of 0 if there is but one. */
  toPlane: (z: tf.Tensor): tf.Tensor =>
    latent === 1 ? tf.concat([z, tf.zerosLike(z)], 1) : tf.slice(z, [0, 0], [-1, 2]),
  /** Latents from their first two; the others are 0. */
  fromPlane: (plane: tf.Tensor): tf.Tensor =>
    latent === 1 ? tf.slice(plane, [0, 0], [-1, 1]) : tf.concat([plane, tf.zeros([plane.shape[0], latent - 2])], 1),
});
