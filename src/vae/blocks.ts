import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkNetwork } from '../nets/check-network.js';
import { checkArray } from '../nets/layer.js';
import type { Network } from '../nets/network.js';
import { outOfRange } from '../tensor/errors.js';

/** Throws unless there are as many networks as blocks, or one fewer, because the top block has none. */
export function checkBlocks(
  where: string,
  networks: readonly Network[],
  latentSizes: readonly number[],
  isWithoutTop = false,
): void {
  checkArray(where, 'networks', networks);
  networks.forEach((network, i) => checkNetwork(where, `networks[${i}]`, network));
  const count = latentSizes.length - (isWithoutTop ? 1 : 0);
  if (networks.length === count) return;
  const rule = `must hold ${count}, one for each block of latentSizes${isWithoutTop ? ' but the first' : ''}`;
  throw outOfRange(where, 'networks', rule, { seen: String(networks.length) });
}

/** The length of a latent vector of all blocks. */
export function sizeOfBlocks(latentSizes: readonly number[]): number {
  return latentSizes.reduce((sum, size) => sum + size, 0);
}

/** The blocks before block i, `[rows, d]`. Call it inside a tidy. */
export function blocksAbove(z: Tensor, latentSizes: readonly number[], i: number): Tensor {
  return tf.slice(z, [0, 0], [-1, sizeOfBlocks(latentSizes.slice(0, i))]);
}

/** Block i of latents, `[rows, latentSizes[i]]`. Call it inside a tidy. */
export function blockOf(z: Tensor, latentSizes: readonly number[], i: number): Tensor {
  return tf.slice(z, [0, sizeOfBlocks(latentSizes.slice(0, i))], [-1, latentSizes[i]!]);
}
