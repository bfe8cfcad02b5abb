/**
 * Training steps on wasm, compared with PyTorch on the same cores, tfjs alone and jax-js: minima of interleaved runs in
 * separate processes.
 *
 * Run: npm run bench -- training-steps [--json FILE] [--rounds N] [--markdown] [--models vae,dcgan]
 *
 * PYTHON names a Python with PyTorch, and JAX_JS the entry of jax-js: see steps/jax-step.mjs. Programs that are not installed are skipped.
 */
import { parseArgs } from 'node:util';
import { commonOptions, report } from './report.js';
import { measureRoof } from './roof/roof.js';
import { chosen, compareSteps } from './steps/compare.js';

const { values: options } = parseArgs({ options: { ...commonOptions, models: { type: 'string' } } });

/**
 * Steps per process: one to two seconds each. Those of the smallest network consist of calls, which V8 has compiled well only after some
 * hundreds of steps; a training has tens of thousands.
 */
const repeats = {
  vae: 120,
  'plain vae': 40,
  'conv vae': 60,
  dcgan: 12,
  unet: 6,
  'points gan': 400,
  'image diffusion': 12,
  transformer: 20,
};

const roof = await measureRoof();
const { tables, ratios } = compareSteps('Training steps', chosen(repeats, options.models), Number(options.rounds));
report({ tables, options, roof, more: { ratios } });
