import { batches } from 'tfjs-generative';
import { createModel } from '../gan-images/model.js';
import { makeSamples } from '../gan-images/samples.js';
import type { Family } from './family.js';

const BATCH_SIZE = 32;

/** The game of gan-images, told the class. */
export const gan: Family = {
  name: 'GAN',
  create({ images, steps, random }) {
    const { trainer, averaged, dispose } = createModel({ classes: true, steps, random });
    return {
      trainer,
      source: batches({ x: images.images, condition: images.labels }, { batchSize: BATCH_SIZE, random }),
      ways: [{ name: 'GAN', sample: (count, stream) => makeSamples(averaged, count, stream, true) }],
      dispose,
    };
  },
};
