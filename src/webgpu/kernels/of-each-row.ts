import { areFull, areSame, inOneKernel } from '../../operations/in-one-kernel.js';
import { sizeOf } from '../device/shader.js';
import { ofOneDispatch } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import type { AddedKernel } from './kernel.js';

/**
 * A kernel with the sums of a term over the last axes, or, without the attribute `axes`, over all. Its inputs are of one shape, as may be
 * another output.
 */
function ofEachRow(name: string, reads: string, term: string, result = 'sum', also = ''): AddedKernel {
  const shader = inGroups({
    name,
    reads,
    writes: `y ${also}`,
    code: `${eachOfUnit(`${term} sums.x += term;`)}
    let sum = overColumns(sums).x;
    if (isFirst) { y[unit] = ${result}; }`,
    plan: (inputs, { axes }: { readonly axes?: readonly number[] }) => {
      const { shape } = Object.values(inputs)[0]!;
      const leading = shape.slice(0, axes ? shape.length - axes.length : 0);
      const examples = sizeOf(leading);
      const own = [...leading, ...(axes ?? []).map(() => 1)];
      return { shapes: also ? [own, shape] : [own], groups: { examples, size: sizeOf(shape) / examples } };
    },
  });
  const operation = inOneKernel(name, `${reads} ${also}`, ([x, other], attributes) => {
    const { axes = [] } = (attributes ?? {}) as { readonly axes?: readonly number[] };
    return areFull([x!]) && areSame(x!, other!) && axes.every((axis) => axis >= x!.rank - axes.length);
  });
  return ofOneDispatch(shader, operation);
}

export const ofEachRowKernels: readonly AddedKernel[] = [
  ofEachRow(
    'GenerativeBernoulli',
    'x logits',
    'let l = logits[at]; let term = x[at] * l - max(l, 0) - softplusBelow(-abs(l));',
  ),
  ofEachRow(
    'GenerativeGaussianKl',
    'logVariance mean',
    'let l = logVariance[at]; let term = lessOne(l) - l + mean[at] * mean[at];',
    '0.5 * sum',
  ),
  ofEachRow(
    'GenerativeMeanSquaredDifference',
    'a b',
    'let d = a[at] - b[at]; difference[at] = d; let term = d * d;',
    'sum / f32(u.size)',
    'difference',
  ),
];
