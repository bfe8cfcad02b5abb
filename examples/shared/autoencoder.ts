import { fileURLToPath } from 'node:url';
import {
  conv2d,
  conv2dTranspose,
  createRandom,
  flatten,
  loadWeights,
  relu,
  reshape,
  sequential,
  sigmoid,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { loadFile } from 'tfjs-generative/node';
import { inParts } from './in-parts.js';
import type { FeatureNetwork } from './feature-network.js';

/** The included weights of the encoder; `npm run tool -- autoencoder` makes them, as autoencoder.md describes. */
export const autoencoderFile = fileURLToPath(new URL('./autoencoder.safetensors', import.meta.url));

/** Channels of the code at each of its 7 x 7 positions. */
const CODE = 2;

/** A network trained to pass pictures of clothes through a code of 98 numbers, without labels. */
export interface AutoencoderNetwork {
  /** From images `[n, 28, 28, 1]` to codes `[n, 98]`. */
  readonly encoder: Network;
  /** Back from codes to images. */
  readonly decoder: Network;
}

/** Two convolutions down to 7 x 7 positions and two more there, and the same in reverse. */
export function autoencoderNetwork(random: RandomStream): AutoencoderNetwork {
  const layer = (name: string, inputs: number, filters: number) => ({ inputs, filters, random: random.fork(name) });
  const halving = { kernelSize: 4, strides: 2, activation: relu } as const;
  const encoder = sequential([
    conv2d({ ...halving, ...layer('first', 1, 20) }),
    conv2d({ ...halving, ...layer('second', 20, 32) }),
    conv2d({ ...layer('third', 32, 24), kernelSize: 3, activation: relu }),
    conv2d({ ...layer('code', 24, CODE), kernelSize: 3 }),
    flatten(),
  ]);
  const doubling = { kernelSize: 4, strides: 2 } as const;
  const decoder = sequential([
    reshape({ shape: [7, 7, CODE] }),
    conv2d({ ...layer('from code', CODE, 32), kernelSize: 3, activation: relu }),
    conv2d({ ...layer('at 7 x 7', 32, 32), kernelSize: 3, activation: relu }),
    conv2dTranspose({ ...doubling, ...layer('to 14 x 14', 32, 20), outputSize: [14, 14], activation: relu }),
    conv2dTranspose({ ...doubling, ...layer('to 28 x 28', 20, 1), outputSize: [28, 28], activation: sigmoid }),
  ]);
  return { encoder, decoder };
}

/** Loads the included encoder, whose codes are the second set of features in the examples' measures. */
export function loadAutoencoder(path = autoencoderFile): Promise<FeatureNetwork> {
  const name = 'code of the Fashion-MNIST autoencoder of the examples';
  return loadCodes(name, autoencoderNetwork(createRandom(0)), path);
}

/** Loads the weights of an encoder, whose codes are features; the decoder is not needed. */
export async function loadCodes(
  name: string,
  { encoder, decoder }: AutoencoderNetwork,
  path: string,
): Promise<FeatureNetwork> {
  decoder.dispose();
  await loadWeights(encoder, await loadFile(path));
  return {
    name,
    features: (images) => inParts(images, (part) => encoder.apply(part)),
    dispose: () => encoder.dispose(),
  };
}
