import { classCountOf } from '../experiment/classes.js';
import type { Experiment } from '../experiment/experiment.js';
import type { PictureShape } from '../experiment/pictures.js';
import { PICTURES } from '../training/sizes.js';
import { classesText, type ProgramParts } from './parts.js';

const schedules = { cosine: 'cosineSchedule', linear: 'linearSchedule', flow: 'flowSchedule' };
const targets = { velocity: 'predictVelocity', noise: 'predictNoise', sample: 'predictSample', flow: 'predictFlow' };
const samplers = { dpm: 'sampleDpmSolver', ddim: 'sampleDdim', ddpm: 'sampleDdpm' };

/** The network of a diffusion model, as text. */
interface Networks {
  readonly imports: readonly string[];
  /** The network; `classesOption` is the option with the number of classes. */
  readonly network: (classesOption: string) => string;
  /** Further options of Adam, and of the trainer. */
  readonly adam?: string;
  readonly options?: string;
  /** The shape of the samples. */
  readonly shape: readonly [count: number, ...sides: number[]];
}

/** The diffusion model of `training/families/diffusion.ts`, as text; what it samples is called `made`. */
function diffusionParts(
  experiment: Experiment,
  { imports, network, adam = '', options = '', shape }: Networks,
  made = 'samples',
): ProgramParts {
  const { schedule, target, sampler, calls, guidance, rate } = experiment;
  const names = [schedules[schedule], targets[target], samplers[sampler]];
  const classes = classCountOf(experiment);
  const isConditional = classes !== undefined;
  return {
    imports: ['createAdam', 'createDenoiser', 'createDiffusionTrainer', ...imports, ...names],
    model: `
const create = () =>
  createDenoiser(${network(isConditional ? `, classes: ${classes}` : '')}, {
    schedule: ${names[0]}({ steps: 200 }),
    predicts: ${names[1]},
  });
// the denoiser, and its average over the last updates
const [denoiser, average] = [create(), create()];
const trainer = createDiffusionTrainer({
  denoiser,
  optimizer: createAdam({ learningRate: ${rate}${adam} }),
  random,${options}${isConditional ? `\n  // so that samples can be guided\n  dropCondition: 0.1,` : ''}
  average: { into: average, decay: 0.995 },
});`,
    sampling: `
const ${made} = await ${names[2]}(average, {
  shape: [${shape.join(', ')}],
  steps: ${calls},
  random: random.fork('samples'),${isConditional ? `\n  condition: ${classesText(experiment, shape[0])},\n  guidance: ${guidance},` : ''}
});`,
    shown: 'metrics.loss',
  };
}

export const pointDiffusionParts = (experiment: Experiment): ProgramParts =>
  diffusionParts(experiment, {
    imports: ['denoisingMlp'],
    network: (classesOption) =>
      `denoisingMlp({ size: 2, width: ${experiment.width}${classesOption}, random: random.fork('denoiser') })`,
    shape: [8, 2],
  });

export function pictureDiffusionParts(experiment: Experiment, shape: PictureShape): ProgramParts {
  const { channels } = experiment;
  const [, , colors] = shape;
  const parts = diffusionParts(
    experiment,
    {
      imports: ['patchwise', 'logNormalTimesteps', 'unet'],
      // patches of 2 x 2 pixels
      network: (classesOption) =>
        `patchwise(unet({ channels: ${4 * colors}, widths: [${channels}, ${2 * channels}]${classesOption}, random: random.fork('denoiser') }))`,
      adam: ', beta2: 0.99',
      options: '\n  timesteps: logNormalTimesteps(denoiser.schedule),',
      shape: [PICTURES.made, ...shape],
    },
    'noisy',
  );
  return {
    ...parts,
    model: `// a U-Net on patches of 2 x 2 pixels\n${parts.model.trim()}`,
    sampling: `${parts.sampling.trim()}\nconst samples = tf.clipByValue(tf.div(tf.add(noisy, 1), 2), 0, 1);`,
  };
}
