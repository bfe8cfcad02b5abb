import { areFull, areSame, composedInOneKernel, inOneKernel } from '../../operations/in-one-kernel.js';
import { sizeOf } from '../device/shader.js';
import { ofOneDispatch } from './dispatch.js';
import { eachOfUnit, inGroups } from './in-groups.js';
import type { AddedKernel } from './kernel.js';

interface OfEachRow {
  readonly name: string;
  /** The names of the inputs, all of one shape. */
  readonly reads: string;
  /** Another output of their shape. */
  readonly also?: string;
  readonly numbers?: string;
  /** What is added for each number. */
  readonly term: string;
  /** What is made of the sum. */
  readonly result?: string;
  /** The axes of the rows, if the sums are not those over the last axes, an attribute, which are kept with size 1. */
  readonly rows?: number;
}

/** The last axes of the inputs. */
interface Axes {
  readonly axes?: readonly number[];
}

/** A kernel with the sum of a term over each row. */
function ofEachRow({ name, reads, also = '', numbers = '', term, result = 'sum', rows }: OfEachRow): AddedKernel {
  const shader = inGroups({
    name,
    reads,
    numbers,
    writes: `y ${also}`,
    code: `${eachOfUnit(`${term} sums.x += term;`)}
    let sum = overColumns(sums).x;
    if (isFirst) { y[unit] = ${result}; }`,
    plan: (inputs, { axes = [] }: Axes) => {
      const { shape } = Object.values(inputs)[0]!;
      const leading = shape.slice(0, rows ?? shape.length - axes.length);
      const examples = sizeOf(leading);
      const own = rows === undefined ? [...leading, ...axes.map(() => 1)] : leading;
      return { shapes: also ? [own, shape] : [own], groups: { examples, size: sizeOf(shape) / examples } };
    },
  });
  const place = rows === undefined ? inOneKernel : composedInOneKernel;
  const operation = place(name, `${reads} ${also}`, ([x, ...others], attributes) => {
    const { axes = [] } = (attributes ?? {}) as Axes;
    const areLast = axes.every((axis) => axis >= x!.rank - axes.length);
    return areFull([x!]) && areLast && others.every((other) => areSame(x!, other));
  });
  return ofOneDispatch(shader, operation);
}

export const ofEachRowKernels: readonly AddedKernel[] = [
  {
    name: 'GenerativeBernoulli',
    reads: 'x logits',
    term: 'let l = logits[at]; let term = x[at] * l - max(l, 0) - softplusBelow(-abs(l));',
  },
  {
    name: 'GenerativeGaussianLogProb',
    reads: 'x mean logVariance',
    term: `let l = logVariance[at]; let away = x[at] - mean[at];
    let term = 1.8378770664 + l + away * away * exp(-l);`,
    result: '-0.5 * sum',
    rows: 1,
  },
  {
    name: 'GenerativeFixedGaussianLogProb',
    reads: 'x mean',
    numbers: 'constant:f32 variance:f32',
    term: 'let away = x[at] - mean[at]; let term = u.constant + away * away / u.variance;',
    result: '-0.5 * sum',
    rows: 1,
  },
  {
    name: 'GenerativeGaussianKl',
    reads: 'logVariance mean',
    term: 'let l = logVariance[at]; let term = lessOne(l) - l + mean[at] * mean[at];',
    result: '0.5 * sum',
  },
  {
    name: 'GenerativeMeanSquaredDifference',
    reads: 'a b',
    also: 'difference',
    term: 'let d = a[at] - b[at]; difference[at] = d; let term = d * d;',
    result: 'sum / f32(u.size)',
    rows: 0,
  },
].map(ofEachRow);
