import { boundOf } from '../../../diffusion-images/measures.js';
import { mirroredClasses } from '../../emoji/augment.js';
import type { ColourPictures } from '../../../shared/colour-pictures.js';
import { createModel, createSource } from '../../emoji/model.js';
import { makeSamples, plainly } from '../../../emoji-samples/sampling.js';
import type { Family } from '../family.js';

/** With guidance each step calls the network twice. The last way is the usual one of the example. */
const WAYS = [
  { steps: 6, guidance: 1 },
  { steps: 12, guidance: 1 },
  { steps: 12, guidance: 1.5 },
];

/** The model of the example `emoji`; `labels` are the classes of its samples. */
export function diffusion(labels: Int32Array): Family<ColourPictures> {
  return {
    name: 'diffusion',
    create({ images, steps, random }) {
      const [, size] = images.images.shape;
      const { trainer, averaged, parameters, dispose } = createModel({
        classes: images.classes.length,
        size,
        steps,
        random,
      });
      return {
        parameters,
        trainer,
        source: createSource(images, mirroredClasses(images.classes), random),
        ways: WAYS.map((way) => ({
          name: `diffusion, ${way.guidance === 1 ? way.steps : 2 * way.steps} calls`,
          sample: (count, stream) =>
            makeSamples(averaged, {
              labels: labels.subarray(0, count),
              size,
              random: stream,
              sampling: { ...plainly, ...way },
            }),
        })),
        async bounds(test) {
          const bound = await boundOf(averaged, test, random.fork('bound'));
          return { elbo: bound, bound };
        },
        dispose,
      };
    },
  };
}
