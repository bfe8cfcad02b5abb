import * as tf from '@tensorflow/tfjs';
import {
  augmentations,
  cosineDecay,
  countParameters,
  createAdam,
  createDiscriminator,
  createGanTrainer,
  createGenerator,
  dcganDiscriminator,
  dcganGenerator,
  nonSaturatingLoss,
  r1Penalty,
  randomColor,
  randomCutout,
  randomTranslation,
  type Augmentation,
} from 'tfjs-generative';
import type { ColourPictures } from '../../../shared/colour-pictures.js';
import { inParts } from '../../../shared/in-parts.js';
import type { Family } from '../family.js';
import { createSource } from './source.js';

const LATENT_SIZE = 64;
/** Channels at 16 x 16 pixels; at 8 x 8 and at 4 x 4 there are twice and four times as many. */
const WIDTH = 24;
/** Two time scales, as in Heusel et al. 2017. */
const LEARNING_RATES = { generator: 1e-3, discriminator: 2e-3 };
const [BETA1, BETA2] = [0, 0.99];
const R1_WEIGHT = 0.05;
const AVERAGE_DECAY = 0.999;

/**
 * Differentiable augmentation, because a discriminator soon memorises a few thousand pictures. Pictures are inverted first,
 * so that shifts and holes have the white of their background.
 */
const augment: Augmentation = (() => {
  const change = augmentations(randomColor({ brightness: 0.25 }), randomTranslation(), randomCutout());
  return (pictures, random) => tf.tidy(() => change(tf.sub(1, pictures), random));
})();

/** A DCGAN with augmentation and R1, conditioned on the class; `labels` are the classes of its samples. */
export function gan(labels: Int32Array): Family<ColourPictures> {
  return {
    name: 'GAN',
    create({ images: pictures, steps, random }) {
      const sizes = {
        shape: pictures.images.shape.slice(1) as [number, number, number],
        width: WIDTH,
        classes: pictures.classes.length,
      };
      const make = () =>
        createGenerator(dcganGenerator({ ...sizes, latentSize: LATENT_SIZE, random: random.fork('generator') }), {
          latentSize: LATENT_SIZE,
        });
      const [generator, averaged] = [make(), make()];
      const discriminator = createDiscriminator(dcganDiscriminator({ ...sizes, random: random.fork('discriminator') }));
      // constant for the first half, then along a cosine to 0
      const adam = (from: number) =>
        createAdam({
          learningRate: cosineDecay({ from, to: 0, steps: Math.ceil(steps / 2), after: Math.floor(steps / 2) }),
          beta1: BETA1,
          beta2: BETA2,
        });
      const trainer = createGanTrainer({
        generator,
        discriminator,
        loss: nonSaturatingLoss,
        optimizers: { generator: adam(LEARNING_RATES.generator), discriminator: adam(LEARNING_RATES.discriminator) },
        random,
        augment,
        penalty: (critic, real) => tf.mul(R1_WEIGHT, r1Penalty(critic, real)),
        average: { into: averaged, decay: AVERAGE_DECAY },
      });
      return {
        trainer,
        source: createSource(pictures, random),
        parameters: countParameters(generator, discriminator),
        ways: [
          {
            name: 'GAN',
            sample: (count, stream) =>
              tf.tidy(() =>
                inParts(tf.tensor1d(labels.subarray(0, count), 'int32'), (condition) =>
                  averaged.draw(condition.shape[0], stream, { condition }),
                ),
              ),
          },
        ],
        dispose: () => [trainer, generator, discriminator, averaged].forEach((part) => part.dispose()),
      };
    },
  };
}
