import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { dispatch, ofEachNumber } from './dispatch.js';
import { kernelOf, type Inputs } from './kernel.js';

const turns = ofEachNumber({
  name: 'turns',
  reads: 'timesteps:i32 turns',
  numbers: 'size',
  code: 'y[i] = f32(timesteps[i / u.size]) * turns[i % u.size];',
  plan: ({ timesteps, turns }: Inputs<'timesteps' | 'turns'>) => {
    const size = turns.shape[0]!;
    return { shapes: [[timesteps.shape[0]!, size]], numbers: { size } };
  },
});

/** By the series of `timeEmbedding`: a GPU's own sine may be off by 2e-4. A cosine is a sine that is a quarter turn ahead. */
const sines = ofEachNumber({
  name: 'sines',
  reads: 'angles',
  numbers: 'size',
  code: `let x = angles[i] + select(0.25, 0, 2 * (i % u.size) < u.size);
    let turn = x - round(x);
    let a = sign(turn) * (0.25 - abs(abs(turn) - 0.25)) * 6.283185307;
    let s = a * a;
    y[i] = a * (1 + s * (-1.0 / 6 + s * (1.0 / 120 + s * (-1.0 / 5040 + s * (1.0 / 362880 - s / 39916800)))));`,
  plan: ({ angles }: Inputs<'angles'>) => ({ numbers: { size: angles.shape[1]! } }),
});

/** Two dispatches: in one, a compiler may join a product and a sum, and the angles of hundreds of turns would depend on the device. */
export const waves = kernelOf(
  'GenerativeWaves',
  (gpu, inputs, attributes) => {
    const { turnsPerStep } = attributes as { turnsPerStep: Float32Array };
    const each = gpu.make([turnsPerStep.length], turnsPerStep);
    const [angles] = dispatch(gpu, turns, { ...inputs, turns: each });
    const made = dispatch(gpu, sines, { angles: angles! });
    gpu.free(each, angles!);
    return made;
  },
  composedInOneKernel('GenerativeWaves', 'timesteps'),
);
