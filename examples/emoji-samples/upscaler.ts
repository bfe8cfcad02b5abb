import * as tf from '@tensorflow/tfjs-core';
import {
  conv2d,
  patchwise,
  residual,
  residualBlock,
  sequential,
  upsample,
  type Network,
  type RandomStream,
} from 'tfjs-generative';
import { inParts } from '../shared/in-parts.js';
import { fromPixels, toPixels } from '../shared/pixels.js';

/** Channels at each pixel of the smaller picture. */
const WIDTH = 40;
const BLOCKS = 4;

/**
 * Doubles height and width of colour pictures `[batch, height, width, 3]` in [-1, 1]: each pixel becomes 2 x 2 of its colour, and a network
 * at the smaller size adds what is missing. A larger picture in one call costs about as much as a step of the denoiser.
 */
export function createUpscaler(random: RandomStream): Network {
  const blocks = Array.from({ length: BLOCKS }, (_, i) =>
    residualBlock({ inputs: WIDTH, filters: WIDTH, random: random.fork(`block ${i}`) }),
  );
  const body = sequential([
    conv2d({ inputs: 12, filters: WIDTH, kernelSize: 3, random: random.fork('first') }),
    ...blocks,
    conv2d({ inputs: WIDTH, filters: 12, kernelSize: 3, random: random.fork('last') }),
  ]);
  return sequential([upsample(), residual(patchwise(body))]);
}

/** Pictures in [0, 1] of twice the height and width, from pictures in [0, 1] that it does not dispose. */
export function upscale(upscaler: Network, pictures: tf.Tensor): tf.Tensor {
  return tf.tidy(() => toPixels(inParts(fromPixels(pictures), (part) => upscaler.apply(part))));
}
