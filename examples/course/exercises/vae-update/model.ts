import type { Tensor } from '@tensorflow/tfjs-core';

/** What the update is given: networks as functions of their weights, and the bound of the exercise before. */
export interface Model {
  /** The posterior of each example, `[batch, latents]`. */
  encode(encoder: Tensor, x: Tensor): { readonly mean: Tensor; readonly logVariance: Tensor };
  /** The logits of the pixels, `[batch, pixels]`. */
  decode(decoder: Tensor, z: Tensor): Tensor;
  /** The evidence lower bound for each example, `[batch]`, in nats. */
  elbo(x: Tensor, logits: Tensor, mean: Tensor, logVariance: Tensor): Tensor;
}
