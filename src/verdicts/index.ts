export { dataVerdicts } from './data-verdicts.js';
export { diffusionVerdicts } from './diffusion-verdicts.js';
export { ganVerdicts } from './gan-verdicts.js';
export { priorVerdicts } from './prior-verdicts.js';
export { vaeVerdicts } from './vae-verdicts.js';
