import type { Experiment } from '../experiment/experiment.js';
import type { ProgramParts } from './parts.js';

/** The VAE of `training/vae.ts`, as text. */
export function vaeParts({ latent, width, noise, beta, rate }: Experiment): ProgramParts {
  return {
    imports: [
      'createAdam',
      'createDecoder',
      'createGaussianEncoder',
      'createVaeTrainer',
      'elboObjective',
      'gaussian',
      'mlp',
    ],
    model: `
// q(z|x): a Gaussian over ${latent} latent${latent === 1 ? '' : 's'}
const encoder = createGaussianEncoder(
  mlp({ sizes: [2, ${width}, ${width}, ${2 * latent}], random: random.fork('encoder') }),
  { latentSize: ${latent} },
);
// p(x|z): a Gaussian with a standard deviation of ${noise}
const decoder = createDecoder(mlp({ sizes: [${latent}, ${width}, ${width}, 2], random: random.fork('decoder') }), {
  likelihood: gaussian({ variance: ${noise} ** 2 }),
});
const trainer = createVaeTrainer({
  encoder,
  decoder,
  objective: elboObjective({ beta: ${beta} }),
  optimizer: createAdam({ learningRate: ${rate} }),
  random,
});`,
    sampling: `const samples = decoder.mean(random.fork('samples').normal([8, ${latent}]));`,
    shown: 'metrics.loss, metrics.kl',
  };
}
