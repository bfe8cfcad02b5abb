import { softmaxGradientInOneKernel } from '../../operations/in-one-kernel.js';
import { SOFTMAX_GRADIENT_KERNEL } from '../../tensor/own-kernels.js';
import { sizeOf } from '../device/shader.js';
import { ofOneDispatch } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import type { Inputs } from './kernel.js';

/** y (dy - sum dy y) over the last axis. */
export const softmaxGradient = ofOneDispatch(
  inGroups({
    name: SOFTMAX_GRADIENT_KERNEL,
    reads: 'y dy',
    writes: 'dx',
    code: `${eachOfUnit('sums.x += dy[at] * y[at];')}
    let sum = overColumns(sums).x;
    ${eachOfUnit('dx[at] = y[at] * (dy[at] - sum);')}`,
    plan: ({ y }: Inputs<'y'>) => {
      const size = y.shape.at(-1) ?? 1;
      return { groups: { examples: sizeOf(y.shape) / size, size } };
    },
  }),
  softmaxGradientInOneKernel,
);
