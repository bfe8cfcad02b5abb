import { MIXTURE_KERNEL } from '../../tensor/own-kernels.js';
import { ofEachNumber, ofOneDispatch } from './dispatch.js';
import type { Inputs } from './kernel.js';

/** The log-density of each component of a mixture of Gaussians at each point, together with its weight. */
export const mixture = ofOneDispatch(
  ofEachNumber({
    name: MIXTURE_KERNEL,
    reads: 'z means logVariances logWeights',
    code: `let components = arrayLength(&logWeights);
    let component = i % components;
    let size = arrayLength(&means) / components;
    var sum = 0.0;
    for (var j = 0u; j < size; j++) {
      let at = component * size + j;
      let away = z[i / components * size + j] - means[at];
      sum += logVariances[at] + 1.8378770664093453 + away * away / exp(logVariances[at]);
    }
    y[i] = logWeights[component] - 0.5 * sum;`,
    plan: ({ z, means }: Inputs<'z' | 'means'>) => ({ shapes: [[z.shape[0]!, means.shape[0]!]] }),
  }),
);
