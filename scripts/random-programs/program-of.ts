import { drawOf } from './draw.js';
import type { Program } from './expression.js';
import { rules } from './rules/index.js';
import { spoil } from './spoil.js';

/** The program of a number in a stream: half of them have something made wrong. */
export function programOf(seed: number, number: number): Program {
  const d = drawOf(1_000_003 * seed + number);
  const program = d.pick(rules)(d);
  return d.chance(0.5) ? spoil(d, program) : program;
}
