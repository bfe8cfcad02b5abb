import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { gpuOf, groupsFor } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

const turns = elementwise({
  name: 'turns',
  writes: ['y'],
  reads: ['timesteps: array<i32>', 'turns'],
  numbers: ['size: u32'],
  code: 'y[i] = f32(timesteps[i / u.size]) * turns[i % u.size];',
});

/** By the series of `timeEmbedding`: a GPU's own sine may be off by 2e-4. A cosine is a sine that is a quarter turn ahead. */
const sines = elementwise({
  name: 'sines',
  writes: ['y'],
  reads: ['turns'],
  numbers: ['size: u32'],
  code: `let x = turns[i] + select(0.25, 0.0, 2u * (i % u.size) < u.size);
    let turn = x - round(x);
    let a = sign(turn) * (0.25 - abs(abs(turn) - 0.25)) * 6.283185307;
    let s = a * a;
    y[i] = a * (1.0 + s * (-1.0 / 6.0 + s * (1.0 / 120.0 + s * (-1.0 / 5040.0 + s * (1.0 / 362880.0 - s / 39916800.0)))));`,
});

/** Two dispatches: in one, a compiler may join a product and a sum, and the angles of hundreds of turns would depend on the device. */
export const waves: AddedKernel = {
  kernelName: 'GenerativeWaves',
  operation: composedInOneKernel('GenerativeWaves', 'timesteps'),
  kernel: ({ inputs, attrs, backend }) => {
    const timesteps = inputs['timesteps']!;
    const gpu = gpuOf(backend);
    const turnsPerStep = attrs!['turnsPerStep'] as unknown as Float32Array;
    const [batch, size] = [timesteps.shape[0]!, turnsPerStep.length];
    const each = gpu.make([size], turnsPerStep);
    const n = batch * size;
    const y = gpu.make([batch, size]);
    const angles = gpu.make([batch, size]);
    gpu.run(turns, [angles, timesteps, each], [n, size], groupsFor(n));
    gpu.run(sines, [y, angles], [n, size], groupsFor(n));
    for (const { dataId } of [each, angles]) gpu.backend.disposeData(dataId);
    return y;
  },
};
