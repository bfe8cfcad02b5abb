import { createModel, createSource } from '../gan-images/model.js';
import { makeSamples } from '../gan-images/samples.js';
import type { Family } from './family.js';

/** The game of gan-images, told the class. */
export const gan: Family = {
  name: 'GAN',
  create({ images, steps, random }) {
    const { trainer, averaged, dispose } = createModel({ classes: true, steps, random });
    return {
      trainer,
      source: createSource(images, true, random),
      ways: [{ name: 'GAN', sample: (count, stream) => makeSamples(averaged, count, stream, true) }],
      dispose,
    };
  },
};
