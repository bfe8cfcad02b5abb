import type { Experiment } from '../../experiment/experiment.js';
import type { PictureShape } from '../../experiment/pictures.js';
import { samplers, schedules, targets } from '../diffusion.js';
import type { ProgramParts } from '../parts.js';
import { PICTURES } from '../../training/sizes.js';

/** The diffusion model of `training/pictures/diffusion.ts`, as text. */
export function pictureDiffusionParts(
  { channels, schedule, target, sampler, calls, rate }: Experiment,
  shape: PictureShape,
): ProgramParts {
  const names = [schedules[schedule], targets[target], samplers[sampler]];
  const [, , colors] = shape;
  return {
    imports: [
      'createAdam',
      'createDenoiser',
      'createDiffusionTrainer',
      'inPatches',
      'logNormalTimesteps',
      'unet',
      ...names,
    ],
    model: `
// a U-Net on patches of 2 x 2 pixels
const network = () =>
  inPatches(unet({ channels: ${4 * colors}, widths: [${channels}, ${2 * channels}], random: random.fork('denoiser') }));
const create = () =>
  createDenoiser(network(), { schedule: ${names[0]}({ steps: 200 }), predicts: ${names[1]} });
// the denoiser, and its average over the last updates
const [denoiser, average] = [create(), create()];
const trainer = createDiffusionTrainer({
  denoiser,
  optimizer: createAdam({ learningRate: ${rate}, beta2: 0.99 }),
  random,
  timesteps: logNormalTimesteps(denoiser.schedule),
  average: { into: average, decay: 0.995 },
});`,
    sampling: `
const noisy = await ${names[2]}(average, {
  shape: [${[PICTURES.made, ...shape].join(', ')}],
  steps: ${calls},
  random: random.fork('samples'),
});
const samples = tf.clipByValue(tf.div(tf.add(noisy, 1), 2), 0, 1);`,
    shown: 'metrics.loss',
  };
}
