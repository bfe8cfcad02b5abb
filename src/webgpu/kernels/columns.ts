import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../device/gpu.js';
import { MOST_GROUPS, WORKGROUP, type Shader } from '../device/shader.js';

/** Sums over the middle axis of `[outer, rows, inner]`. */
export interface Columns {
  readonly outer: number;
  readonly rows: number;
  readonly inner: number;
  /** The rows are divided into so many chunks, each with sums of its own. */
  readonly chunks: number;
}

/** A shader with sums of columns. */
export interface ColumnsShader extends Pick<Shader, 'name' | 'writes' | 'reads'> {
  readonly numbers?: readonly string[];
  /** Adds what there is at `i`, in column `c` of `outer`, to `own`, two sums. */
  readonly code: string;
  /** Stores `sum`, two sums of column `c` in `chunk` of `outer`. */
  readonly result: string;
}

/**
 * The threads of a workgroup have a few neighbouring columns, so that they read neighbouring numbers, and each some rows of one; with few
 * rows, each has a column.
 */
function shaderOf({ name, writes, reads, numbers = [], code, result }: ColumnsShader, lanes: number): Shader {
  const columns = WORKGROUP / lanes;
  return {
    name: `${name} by ${lanes}`,
    writes,
    reads,
    numbers: ['outer: u32', 'rows: u32', 'inner: u32', 'chunks: u32', 'tiles: u32', ...numbers],
    code: `
var<workgroup> parts: array<vec2f, ${WORKGROUP}>;
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) at: u32) {
  let size = (u.rows + u.chunks - 1u) / u.chunks;
  for (var g = group.x; g < u.outer * u.chunks * u.tiles; g += groups.x) {
    let c = g % u.tiles * ${columns}u + at % ${columns}u;
    let chunk = g / u.tiles % u.chunks;
    let outer = g / (u.tiles * u.chunks);
    var own = vec2f();
    if (c < u.inner) {
      for (var r = chunk * size + at / ${columns}u; r < min(u.rows, (chunk + 1u) * size); r += ${lanes}u) {
        let i = (outer * u.rows + r) * u.inner + c;
        ${code}
      }
    }
    parts[at] = own;
    workgroupBarrier();
    for (var half = ${WORKGROUP / 2}u; half >= ${columns}u; half >>= 1u) {
      if (at < half) { parts[at] += parts[at + half]; }
      workgroupBarrier();
    }
    let sum = parts[at];
    if (at < ${columns}u && c < u.inner) { ${result} }
    workgroupBarrier();
  }
}`,
  };
}

/** Runs a shader with sums of columns. */
export function runColumns(
  gpu: Gpu,
  shader: ColumnsShader,
  tensors: readonly TensorInfo[],
  { outer, rows, inner, chunks }: Columns,
  numbers: readonly number[] = [],
): void {
  const lanes = rows / chunks < 16 ? 1 : 32;
  const tiles = Math.ceil((inner * lanes) / WORKGROUP);
  const groups = Math.min(MOST_GROUPS, outer * chunks * tiles);
  gpu.run(shaderOf(shader, lanes), tensors, [outer, rows, inner, chunks, tiles, ...numbers], groups);
}
