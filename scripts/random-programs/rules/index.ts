import type { Draw } from '../draw.js';
import type { Program } from '../expression.js';
import { diffusion } from './diffusion.js';
import { vae } from './vae.js';

/** The rules that compose programs. */
export const rules: readonly ((d: Draw) => Program)[] = [vae, diffusion];
