import type { Experiment } from '../../experiment/experiment.js';
import type { PictureShape } from '../../experiment/pictures.js';
import type { ProgramParts } from '../parts.js';
import { PICTURES } from '../../training/sizes.js';

/** The VAE of `training/pictures/vae.ts`, as text. */
export function pictureVaeParts(
  { latent, channels, noise, beta, rate }: Experiment,
  shape: PictureShape,
): ProgramParts {
  const size = `[${shape.join(', ')}]`;
  return {
    imports: [
      'convDecoder',
      'convEncoder',
      'createAdam',
      'createDecoder',
      'createGaussianEncoder',
      'createVaeTrainer',
      'elboObjective',
      'gaussian',
    ],
    model: `
// q(z|x): a Gaussian over ${latent} latent${latent === 1 ? '' : 's'}
const encoder = createGaussianEncoder(
  convEncoder({ shape: ${size}, widths: [${channels}, ${2 * channels}], outputs: ${2 * latent}, random: random.fork('encoder') }),
  { latentSize: ${latent} },
);
// p(x|z): a Gaussian with a standard deviation of ${noise}
const decoder = createDecoder(
  convDecoder({ inputs: ${latent}, shape: ${size}, widths: [${2 * channels}, ${channels}], random: random.fork('decoder') }),
  { likelihood: gaussian({ variance: ${noise} ** 2 }) },
);
const trainer = createVaeTrainer({
  encoder,
  decoder,
  objective: elboObjective({ beta: ${beta} }),
  optimizer: createAdam({ learningRate: ${rate} }),
  random,
});`,
    sampling: `const samples = decoder.mean(random.fork('samples').normal([${PICTURES.shown}, ${latent}]));`,
    shown: 'metrics.loss, metrics.kl',
  };
}
