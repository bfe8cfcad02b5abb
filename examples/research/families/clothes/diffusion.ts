import { boundOf } from '../../../diffusion-images/measures.js';
import { createModel, createSource } from '../../../diffusion-images/model.js';
import { callsOf, makeSamples, usualWay, type Way } from '../../../diffusion-images/samples.js';
import type { LabelledImages } from '../../../shared/image-data.js';
import type { Family } from '../family.js';

const WAYS: readonly Way[] = [5, 10, 20].map((steps) => ({ ...usualWay, steps }));
/** The share of the updates during which the learning rate rises. */
const WARM_UP = 1 / 30;

/** The model of diffusion-images. */
export const diffusion: Family<LabelledImages> = {
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
        const bound = await boundOf(averaged, test, random.fork('bound'));
        return { elbo: bound, bound };
      },
      dispose,
    };
  },
};
