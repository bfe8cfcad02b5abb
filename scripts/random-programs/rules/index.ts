import type { Draw } from '../draw.js';
import type { Program } from '../expression.js';
import { consistency } from './consistency.js';
import { diffusion } from './diffusion.js';
import { game } from './game.js';
import { gan } from './gan.js';
import { networks } from './networks.js';
import { tables } from './tables.js';
import { secondStage, tokens } from './tokens.js';
import { vae } from './vae.js';

/** The rules that compose programs. */
export const rules: readonly ((d: Draw) => Program)[] = [
  vae,
  diffusion,
  gan,
  game,
  networks,
  tokens,
  secondStage,
  consistency,
  tables,
];
