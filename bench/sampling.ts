/**
 * Sampling on wasm, compared with PyTorch on the same cores and with tfjs alone: minima of interleaved runs in separate processes.
 *
 * Run: npm run bench -- sampling [--json FILE] [--rounds N] [--markdown] [--models 'vae sampling']
 *
 * It samples a VAE's means and samples for 128 latents, 64 images of a DCGAN, 1 and 20 evaluations of a U-Net on 64 images, and
 * one evaluation of the U-Net of the example diffusion-images.
 */
import { parseArgs } from 'node:util';
import { commonOptions, report } from './report.js';
import { measureRoof } from './roof/roof.js';
import { chosen, compareSteps } from './steps/compare.js';

const { values: options } = parseArgs({ options: { ...commonOptions, models: { type: 'string' } } });

/** Repeats per process: about a second each. */
const repeats = {
  'vae sampling': 100,
  'dcgan sampling': 24,
  'unet evaluation': 12,
  'unet 20 evaluations': 2,
  'image denoiser': 24,
};

const roof = await measureRoof();
const { tables, ratios } = compareSteps('Sampling', chosen(repeats, options.models), Number(options.rounds));
report({ tables, options, roof, more: { ratios } });
