import {
  conv1d,
  conv1dTranspose,
  cosineDecay,
  cosineSchedule,
  createAdam,
  createDecoder,
  createDenoiser,
  createDiffusionTrainer,
  createGaussianEncoder,
  createVaeTrainer,
  dense,
  flatten,
  learnedGaussian,
  predictVelocity,
  reshape,
  sequential,
  swish,
  unet1d,
  type RandomStream,
} from 'tfjs-generative';
import { STEPS } from './law.js';

const LATENT_SIZE = 8;
const WIDTH = 32;

/** A VAE of windows: its log-density scores them. */
export function createVae(channels: number, steps: number, random: RandomStream) {
  const fork = (name: string) => ({ random: random.fork(name), activation: swish });
  const [middle, short] = [2 * WIDTH, STEPS / 4];
  const encoder = createGaussianEncoder(
    sequential([
      conv1d({ inputs: channels, filters: WIDTH, kernelSize: 5, strides: 2, ...fork('encoder 0') }),
      conv1d({ inputs: WIDTH, filters: middle, kernelSize: 5, strides: 2, ...fork('encoder 1') }),
      flatten(),
      dense({ inputs: short * middle, units: 128, ...fork('encoder 2') }),
      dense({ inputs: 128, units: 2 * LATENT_SIZE, random: random.fork('encoder 3') }),
    ]),
    { latentSize: LATENT_SIZE },
  );
  const likelihood = learnedGaussian({ minLogVariance: -5 });
  const decoder = createDecoder(
    sequential([
      dense({ inputs: LATENT_SIZE, units: 128, ...fork('decoder 0') }),
      dense({ inputs: 128, units: short * middle, ...fork('decoder 1') }),
      reshape({ shape: [short, middle] }),
      conv1dTranspose({ inputs: middle, filters: WIDTH, kernelSize: 4, strides: 2, ...fork('decoder 2') }),
      conv1dTranspose({
        inputs: WIDTH,
        filters: likelihood.parameterSize * channels,
        kernelSize: 4,
        strides: 2,
        random: random.fork('decoder 3'),
      }),
    ]),
    { likelihood },
  );
  const optimizer = createAdam({ learningRate: cosineDecay({ from: 3e-3, to: 3e-6, steps }) });
  const trainer = createVaeTrainer({ encoder, decoder, optimizer, random: random.fork('training') });
  return { encoder, decoder, trainer };
}

/** A diffusion model of windows: it generates them, and fills in gaps. */
export function createDiffusion(channels: number, steps: number, random: RandomStream) {
  const make = () =>
    createDenoiser(unet1d({ channels, widths: [32, 64], attention: [1], random: random.fork('unet') }), {
      schedule: cosineSchedule({ steps: 200 }),
      predicts: predictVelocity,
    });
  const [denoiser, sampled] = [make(), make()];
  const optimizer = createAdam({ learningRate: cosineDecay({ from: 3e-3, to: 3e-6, steps }) });
  const average = { into: sampled, decay: 0.995 };
  const trainer = createDiffusionTrainer({ denoiser, optimizer, random: random.fork('training'), average });
  return { trainer, sampled };
}
