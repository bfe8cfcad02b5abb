import type { Experiment } from '../experiment/experiment.js';
import type { ProgramParts } from './parts.js';

export const schedules = { cosine: 'cosineSchedule', linear: 'linearSchedule', flow: 'flowSchedule' };
export const targets = {
  velocity: 'predictVelocity',
  noise: 'predictNoise',
  sample: 'predictSample',
  flow: 'predictFlow',
};
export const samplers = { dpm: 'sampleDpmSolver', ddim: 'sampleDdim', ddpm: 'sampleDdpm' };

/** The diffusion model of `training/diffusion.ts`, as text. */
export function diffusionParts({ width, schedule, target, sampler, calls, rate }: Experiment): ProgramParts {
  const names = [schedules[schedule], targets[target], samplers[sampler]];
  return {
    imports: ['createAdam', 'createDenoiser', 'createDiffusionTrainer', 'denoisingMlp', ...names],
    model: `
const create = () =>
  createDenoiser(denoisingMlp({ size: 2, width: ${width}, random: random.fork('denoiser') }), {
    schedule: ${names[0]}({ steps: 200 }),
    predicts: ${names[1]},
  });
// the denoiser, and its average over the last updates
const [denoiser, average] = [create(), create()];
const trainer = createDiffusionTrainer({
  denoiser,
  optimizer: createAdam({ learningRate: ${rate} }),
  random,
  average: { into: average, decay: 0.995 },
});`,
    sampling: `const samples = await ${names[2]}(average, { shape: [8, 2], steps: ${calls}, random: random.fork('samples') });`,
    shown: 'metrics.loss',
  };
}
