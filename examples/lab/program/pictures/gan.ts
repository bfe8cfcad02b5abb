import type { Experiment } from '../../experiment/experiment.js';
import type { PictureShape } from '../../experiment/pictures.js';
import { losses, penaltyLine } from '../gan.js';
import type { ProgramParts } from '../parts.js';
import { GAN_LATENT, PICTURES } from '../../training/sizes.js';

/** The GAN of `training/pictures/gan.ts`, as text. */
export function pictureGanParts(experiment: Experiment, shape: PictureShape): ProgramParts {
  const { channels, loss, rate } = experiment;
  const [line, ...names] = penaltyLine(experiment);
  const size = `shape: [${shape.join(', ')}], width: ${channels}`;
  return {
    imports: [
      ...[
        'createAdam',
        'createDiscriminator',
        'createGanTrainer',
        'createGenerator',
        'dcganDiscriminator',
        'dcganGenerator',
      ],
      ...names,
      losses[loss],
    ],
    model: `
const createPlayer = () =>
  createGenerator(
    dcganGenerator({ latentSize: ${GAN_LATENT}, ${size}, random: random.fork('generator') }),
    { latentSize: ${GAN_LATENT} },
  );
// G(z), its average over the last updates, and D(x)
const [generator, average] = [createPlayer(), createPlayer()];
const discriminator = createDiscriminator(
  dcganDiscriminator({ ${size}, random: random.fork('discriminator') }),
);
const adam = (learningRate) => createAdam({ learningRate, beta1: 0, beta2: 0.99 });
const trainer = createGanTrainer({
  generator,
  discriminator,
  loss: ${losses[loss]},
  optimizers: { generator: adam(${rate}), discriminator: adam(2 * ${rate}) },${line}
  random,
  average: { into: average, decay: 0.995 },
});`,
    sampling: `const samples = average.sample(${PICTURES.shown}, random.fork('samples'));`,
    shown: 'metrics.discriminatorLoss, metrics.generatorLoss',
  };
}
