import { inOneKernel } from '../../operations/in-one-kernel.js';
import { ofEachNumber, ofOneDispatch } from './dispatch.js';
import type { Inputs } from './kernel.js';

/**
 * The sines of turns, of which the second half in a row are cosines: sines that are a quarter turn ahead. By the series of
 * `timeEmbedding`, because a GPU's own sine may be off by 2e-4.
 */
export const waves = ofOneDispatch(
  ofEachNumber({
    name: 'GenerativeWaves',
    reads: 'turns',
    numbers: 'size',
    code: `let x = turns[i] + select(0.25, 0, 2 * (i % u.size) < u.size);
    let turn = x - round(x);
    let a = sign(turn) * (0.25 - abs(abs(turn) - 0.25)) * 6.283185307;
    let s = a * a;
    y[i] = a * (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880 - s / 39916800)))));`,
    plan: ({ turns }: Inputs<'turns'>) => ({ numbers: { size: turns.shape[1]! } }),
  }),
  inOneKernel('GenerativeWaves', 'turns'),
);
