import {
  BERNOULLI_KERNEL,
  GAUSSIAN_KL_KERNEL,
  MEAN_SOFTPLUS_KERNEL,
  MEAN_SQUARED_DIFFERENCE_KERNEL,
} from '../../tensor/own-kernels.js';
import { gpuOf, sizeOf } from '../device/gpu.js';
import { MOST_GROUPS, WORKGROUP, type Shader } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

interface OfEachRow {
  /** The names of the inputs, all of one shape. */
  readonly reads: readonly string[];
  /** The name of another output, of the shape of the inputs. */
  readonly also?: string;
  /** Attributes, each a name with its type. */
  readonly attributes?: readonly string[];
  /** Computes `term` for `i`. */
  readonly code: string;
  /** The result of a sum, for rows of `u.n` numbers. */
  readonly result?: string;
  /** The shape of the result. */
  readonly isScalar?: boolean;
}

/** A workgroup adds the terms of a row. */
function shaderOf(name: string, { reads, also, attributes = [], code, result = 'sum' }: OfEachRow): Shader {
  return {
    name,
    writes: ['y', ...(also === undefined ? [] : [also])],
    reads,
    numbers: ['rows: u32', 'n: u32', ...attributes],
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

function ofEachRow(kernelName: string, options: OfEachRow): AddedKernel {
  const { reads, also, attributes = [], isScalar = false } = options;
  const shader = shaderOf(kernelName, options);
  return {
    kernelName,
    kernel: ({ inputs, attrs, backend }) => {
      const gpu = gpuOf(backend);
      const { shape } = inputs[reads[0]!]!;
      const rows = isScalar ? 1 : (attrs!['rows'] as number);
      const y = gpu.make(isScalar ? [] : [rows]);
      const made = also === undefined ? [y] : [y, gpu.make(shape)];
      const numbers = attributes.map((name) => attrs![name.split(':')[0]!] as number);
      const n = sizeOf(shape) / Math.max(1, rows);
      const buffers = [...made, ...reads.map((name) => inputs[name]!)];
      gpu.run(shader, buffers, [rows, n, ...numbers], Math.min(rows, MOST_GROUPS));
      return made.length === 1 ? y : made;
    },
  };
}

export const ofEachRowKernels: readonly AddedKernel[] = [
  ofEachRow(BERNOULLI_KERNEL, {
    reads: ['x', 'logits'],
    code: 'let l = logits[i]; let term = x[i] * l - max(l, 0.0) - softplus(-abs(l));',
  }),
  ofEachRow(GAUSSIAN_KL_KERNEL, {
    reads: ['mean', 'logVariance'],
    code: 'let l = logVariance[i]; let term = lessOne(l) - l + mean[i] * mean[i];',
    result: '0.5 * sum',
  }),
  ofEachRow(MEAN_SOFTPLUS_KERNEL, {
    reads: ['x'],
    attributes: ['sign: f32'],
    code: 'let term = softplus(u.sign * x[i]);',
    result: 'sum / f32(u.n)',
    isScalar: true,
  }),
  ofEachRow(MEAN_SQUARED_DIFFERENCE_KERNEL, {
    reads: ['a', 'b'],
    also: 'difference',
    code: 'let d = a[i] - b[i]; difference[i] = d; let term = d * d;',
    result: 'sum / f32(u.n)',
    isScalar: true,
  }),
];
