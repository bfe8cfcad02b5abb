import { createModel, createSource } from '../../../gan-images/model.js';
import { makeSamples } from '../../../gan-images/samples.js';
import type { LabelledImages } from '../../../shared/image-data.js';
import type { Family } from '../family.js';

/** Channels with which the two networks together are as large as the other families' models. */
const WIDTH = 36;

/** The game of gan-images, conditioned on the class, with wider networks. */
export const gan: Family<LabelledImages> = {
  name: 'GAN',
  create({ images, steps, random }) {
    const { trainer, averaged, parameters, dispose } = createModel({ classes: true, steps, random, width: WIDTH });
    return {
      parameters,
      trainer,
      source: createSource(images, true, random),
      ways: [{ name: 'GAN', sample: (count, stream) => makeSamples(averaged, count, stream, true) }],
      dispose,
    };
  },
};
