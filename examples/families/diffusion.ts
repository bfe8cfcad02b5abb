import * as tf from '@tensorflow/tfjs';
import { variationalBound } from 'tfjs-generative';
import { createModel, createSource } from '../diffusion-images/model.js';
import { callsOf, fromPixels, makeSamples, usualWay, type Way } from '../diffusion-images/sampling.js';
import { firstPictures } from '../shared/flat-images.js';
import { BOUND_IMAGES, type Family } from './family.js';

/** Calls of the network for the bound of each image. */
const BOUND_CALLS = 20;
const WAYS: readonly Way[] = [5, 10, 20].map((steps) => ({ ...usualWay, steps }));
/** The share of the updates in which the learning rate rises. */
const WARM_UP = 1 / 30;

/** The model of diffusion-images. */
export const diffusion: Family = {
  name: 'diffusion',
  create({ images, steps, random }) {
    const { trainer, averaged, parameters, dispose } = createModel({
      recipe: { target: 'velocity', times: 'log-normal' },
      steps,
      random,
      warmUp: Math.ceil(WARM_UP * steps),
    });
    return {
      parameters,
      trainer,
      source: createSource(images, random),
      ways: WAYS.map((way) => ({
        name: `diffusion, ${callsOf(way)} calls`,
        sample: (count, stream) => makeSamples(averaged, { count, random: stream, way }),
      })),
      async bounds(test) {
        const x = tf.tidy(() => fromPixels(firstPictures(test, BOUND_IMAGES)));
        const condition = tf.tensor1d(test.labels.data.subarray(0, x.shape[0]), 'int32');
        const options = { random: random.fork('bound'), levels: 256, calls: BOUND_CALLS, condition };
        const { nats, standardError } = await variationalBound(averaged, x, options);
        tf.dispose([x, condition]);
        const bound = { nats, standardError };
        return { elbo: bound, bound };
      },
      dispose,
    };
  },
};
