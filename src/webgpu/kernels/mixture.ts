import { MIXTURE_KERNEL } from '../../tensor/own-kernels.js';
import { gpuOf, groupsFor } from '../device/gpu.js';
import { elementwise } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

const names = ['z', 'means', 'logVariances', 'logWeights'] as const;

const shader = elementwise({
  name: 'mixture',
  writes: ['y'],
  reads: names,
  numbers: ['components: u32', 'size: u32'],
  code: `
    let component = i % u.components;
    let point = i / u.components * u.size;
    var sum = 0.0;
    for (var j = 0u; j < u.size; j++) {
      let at = component * u.size + j;
      let away = z[point + j] - means[at];
      sum += logVariances[at] + 1.8378770664093453 + away * away / exp(logVariances[at]);
    }
    y[i] = logWeights[component] - 0.5 * sum;`,
});

/** The log-density of each component of a mixture of Gaussians at each point, together with its weight. */
export const mixture: AddedKernel = {
  kernelName: MIXTURE_KERNEL,
  kernel: ({ inputs, backend }) => {
    const gpu = gpuOf(backend);
    const [components, size] = inputs['means']!.shape as [number, number];
    const rows = inputs['z']!.shape[0]!;
    const y = gpu.make([rows, components]);
    const n = rows * components;
    if (n > 0) gpu.run(shader, [y, ...names.map((name) => inputs[name]!)], [n, components, size], groupsFor(n));
    return y;
  },
};
