import type { Family } from '../experiment/fields.js';
import type { Diagram } from './diagram.js';
import { diffusionDiagram } from './diffusion.js';
import { driftingDiagram } from './drifting.js';
import { ganDiagram } from './gan.js';
import { tokensDiagram } from './tokens.js';
import { vaeDiagram } from './vae.js';

/** The diagram of each family. */
export const diagrams: Readonly<Record<Family, Diagram>> = {
  vae: vaeDiagram,
  gan: ganDiagram,
  diffusion: diffusionDiagram,
  drifting: driftingDiagram,
  tokens: tokensDiagram,
};
