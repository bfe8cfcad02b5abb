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
  type RandomStream,
} from 'tfjs-generative';
import { loadFile } from 'tfjs-generative/node';
import type { AutoencoderNetwork } from '../../shared/autoencoder.js';
import { examplePath } from '../../shared/example-path.js';
import type { FeatureNetwork } from '../../shared/feature-network.js';
import { inParts } from '../../shared/in-parts.js';

/** The included weights of the encoder; `npm run tool -- emoji-autoencoder` makes them. */
export const pictureAutoencoderFile = examplePath('research/emoji/autoencoder.safetensors');

/** Channels of the code at each of its 4 x 4 positions. */
const CODE = 4;

/** A network for 32 x 32 pictures in colour: three convolutions down to 4 x 4 positions and one there, and the same in reverse. */
export function pictureAutoencoderNetwork(random: RandomStream): AutoencoderNetwork {
  const layer = (name: string, inputs: number, filters: number) => ({ inputs, filters, random: random.fork(name) });
  const halving = { kernelSize: 4, strides: 2, activation: relu } as const;
  const doubling = { kernelSize: 4, strides: 2 } as const;
  const encoder = sequential([
    conv2d({ ...halving, ...layer('first', 3, 24) }),
    conv2d({ ...halving, ...layer('second', 24, 32) }),
    conv2d({ ...halving, ...layer('third', 32, 48) }),
    conv2d({ ...layer('code', 48, CODE), kernelSize: 3 }),
    flatten(),
  ]);
  const decoder = sequential([
    reshape({ shape: [4, 4, CODE] }),
    conv2d({ ...layer('from code', CODE, 64), kernelSize: 3, activation: relu }),
    conv2dTranspose({ ...doubling, ...layer('to 8 x 8', 64, 48), outputSize: [8, 8], activation: relu }),
    conv2dTranspose({ ...doubling, ...layer('to 16 x 16', 48, 32), outputSize: [16, 16], activation: relu }),
    conv2dTranspose({ ...doubling, ...layer('to 32 x 32', 32, 3), outputSize: [32, 32], activation: sigmoid }),
  ]);
  return { encoder, decoder };
}

/** Loads the included encoder, whose codes are a second set of features of emoji. */
export async function loadPictureAutoencoder(path = pictureAutoencoderFile): Promise<FeatureNetwork> {
  const { encoder, decoder } = pictureAutoencoderNetwork(createRandom(0));
  decoder.dispose();
  await loadWeights(encoder, await loadFile(path));
  return {
    name: 'code of the emoji autoencoder of the examples',
    features: (images) => inParts(images, (part) => encoder.apply(part)),
    dispose: () => encoder.dispose(),
  };
}
