import * as tf from '@tensorflow/tfjs';
import { variationalBound } from 'tfjs-generative';
import { createModel, createSource } from '../diffusion-images/model.js';
import { bestWay, callsOf, fromPixels, makeSamples, type Way } from '../diffusion-images/sampling.js';
import { firstPictures } from '../shared/flat-images.js';
import { BOUND_IMAGES, type Family } from './family.js';

/** Calls of the network for the bound of each image. */
const BOUND_CALLS = 20;
/** 5, 10, 20 and 50 calls of the network; a guided step takes two, and five are too few for that. */
const WAYS: readonly Way[] = [
  { ...bestWay, steps: 5, guidance: 1 },
  ...[5, 10, 25].map((steps) => ({ ...bestWay, steps })),
];

/** The model of diffusion-images. */
export const diffusion: Family = {
  name: 'diffusion',
  create({ images, steps, random }) {
    const { trainer, averaged, dispose } = createModel({
      recipe: { target: 'velocity', times: 'log-normal' },
      steps,
      random,
    });
    return {
      trainer,
      source: createSource(images, random),
      ways: WAYS.map((way) => ({
        name: `diffusion, ${callsOf(way)} calls`,
        sample: (count, stream) => makeSamples(averaged, { count, random: stream, way }),
      })),
      async bound(test) {
        const x = tf.tidy(() => fromPixels(firstPictures(test, BOUND_IMAGES)));
        const condition = tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32');
        const options = { random: random.fork('bound'), levels: 256, calls: BOUND_CALLS, condition };
        const { nats, standardError } = await variationalBound(averaged, x, options);
        tf.dispose([x, condition]);
        return { nats, standardError };
      },
      dispose,
    };
  },
};
