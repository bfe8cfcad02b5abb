import { areFull, areSame, composedInOneKernel, inOneKernel } from '../../operations/in-one-kernel.js';
import { gpuOf, sizeOf } from '../device/gpu.js';
import { MOST_GROUPS, WORKGROUP, type Shader } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

interface OfEachRow {
  /** The names of the inputs, all of one shape. */
  readonly reads: readonly string[];
  /** The name of another output, of the shape of the inputs. */
  readonly also?: string;
  /** Computes `term` for `i`. */
  readonly code: string;
  /** The result of a sum, for rows of `u.n` numbers. */
  readonly result?: string;
}

/** A workgroup adds the terms of a row. */
function shaderOf(name: string, { reads, also, code, result = 'sum' }: OfEachRow): Shader {
  return {
    name,
    writes: ['y', ...(also === undefined ? [] : [also])],
    reads,
    numbers: ['rows: u32', 'n: u32'],
    code: `
var<workgroup> part: array<f32, ${WORKGROUP}>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) at: u32) {
  for (var row = group.x; row < u.rows; row += groups.x) {
    var own = 0.0;
    for (var i = row * u.n + at; i < (row + 1u) * u.n; i += ${WORKGROUP}u) {
      ${code}
      own += term;
    }
    part[at] = own;
    workgroupBarrier();
    for (var half = ${WORKGROUP / 2}u; half > 0u; half >>= 1u) {
      if (at < half) { part[at] += part[at + half]; }
      workgroupBarrier();
    }
    let sum = part[0];
    if (at == 0u) { y[row] = ${result}; }
    workgroupBarrier();
  }
}`,
  };
}

/** The sums are over the last axes, or, without the attribute `axes`, over all. */
function ofEachRow(kernelName: string, options: OfEachRow): AddedKernel {
  const { reads, also } = options;
  const shader = shaderOf(kernelName, options);
  return {
    kernelName,
    kernel: ({ inputs, attrs, backend }) => {
      const gpu = gpuOf(backend);
      const given = reads.map((name) => inputs[name]!);
      const { shape } = given[0]!;
      const axes = attrs!['axes'] as number[] | undefined;
      const leading = shape.slice(0, axes === undefined ? 0 : shape.length - axes.length);
      const y = gpu.make([...leading, ...(axes ?? []).map(() => 1)]);
      const made = also === undefined ? [y] : [y, gpu.make(shape)];
      const rows = sizeOf(leading);
      gpu.run(shader, [...made, ...given], [rows, sizeOf(shape) / rows], Math.min(rows, MOST_GROUPS));
      return made.length === 1 ? y : made;
    },
    operation: (also === undefined ? inOneKernel : composedInOneKernel)(
      kernelName,
      [...reads, also].join(' '),
      ([x, other], attributes) => {
        const { axes = [] } = (attributes ?? {}) as { readonly axes?: readonly number[] };
        return areFull([x!]) && areSame(x!, other!) && axes.every((axis) => axis >= x!.rank - axes.length);
      },
    ),
  };
}

export const ofEachRowKernels: readonly AddedKernel[] = [
  ofEachRow('GenerativeBernoulli', {
    reads: ['x', 'logits'],
    code: 'let l = logits[i]; let term = x[i] * l - max(l, 0.0) - softplus(-abs(l));',
  }),
  ofEachRow('GenerativeGaussianKl', {
    reads: ['logVariance', 'mean'],
    code: 'let l = logVariance[i]; let term = lessOne(l) - l + mean[i] * mean[i];',
    result: '0.5 * sum',
  }),
  ofEachRow('GenerativeMeanSquaredDifference', {
    reads: ['a', 'b'],
    also: 'difference',
    code: 'let d = a[i] - b[i]; difference[i] = d; let term = d * d;',
    result: 'sum / f32(u.n)',
  }),
];
