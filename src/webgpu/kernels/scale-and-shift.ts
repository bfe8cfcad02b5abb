import { composedInOneKernel } from '../../operations/in-one-kernel.js';
import { sizeOf } from '../device/shader.js';
import { ofEachNumber, ofOneDispatch } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import type { Inputs } from './kernel.js';

export const scaleAndShift = ofOneDispatch(
  ofEachNumber({
    name: 'GenerativeScaleAndShift',
    reads: 'x vectors',
    numbers: 'example channels',
    code: `let j = i / u.example * 2 * u.channels + i % u.channels;
    y[i] = x[i] * (1 + vectors[j]) + vectors[j + u.channels];`,
    plan: ({ x }: Inputs<'x'>) => ({
      numbers: { example: sizeOf(x.shape) / x.shape[0]!, channels: x.shape.at(-1)! },
    }),
  }),
  composedInOneKernel('GenerativeScaleAndShift', 'x vectors'),
);

export const scaleAndShiftGradient = ofOneDispatch(
  inGroups({
    name: 'GenerativeScaleAndShiftGradient',
    reads: 'x vectors dy',
    writes: 'dx dVectors',
    code: `let j = 2 * unit - channel;
    ${eachOfUnit('let d = dy[at]; dx[at] = d * (1 + vectors[j]); sums += d * vec2f(x[at], 1);')}
    sums = overRows(sums);
    if (isFirst) { dVectors[j] = sums.x; dVectors[j + u.groups] = sums.y; }`,
    plan: ({ x, vectors }: Inputs<'x' | 'vectors'>) => {
      const [examples, groups] = [x.shape[0]!, x.shape.at(-1)!];
      const rows = sizeOf(x.shape) / (examples * groups);
      return { shapes: [x.shape, vectors.shape], groups: { examples, rows, groups } };
    },
  }),
);
