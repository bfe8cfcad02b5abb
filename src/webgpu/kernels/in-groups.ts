import type { TensorInfo } from '@tensorflow/tfjs-core';
import type { Gpu } from '../device/gpu.js';
import { WORKGROUP, type Shader } from '../device/shader.js';

/** Numbers in the order `[examples, rows, groups, size]`; the rows and channels of a group in an example belong together. */
export interface Groups {
  readonly examples: number;
  readonly rows: number;
  readonly groups: number;
  /** The channels of a group. */
  readonly size: number;
}

/** The bytes that a GPU reads at once, in numbers. */
const NEIGHBOURS = 8;

/** The largest number of workgroups: more threads than a GPU has. The shaders go on in steps of them. */
const MOST = 2048;

/** So many workgroups are worth more than reading neighbours. */
const ENOUGH = 64;

const numbers = ['units', 'rows', 'groups', 'size', 'width', 'span'].map((name) => `${name}: u32`);

const powerFrom = (n: number): number => 2 ** Math.ceil(Math.log2(n));

/**
 * Divides the threads: `width` neighbours take the channels of a unit, a group of an example; `span` / `width` units are side by side, and
 * the others take more rows of them. All three are powers of two.
 */
function divide(of: Groups): { width: number; span: number; units: number } {
  const units = of.examples * of.groups;
  const width = powerFrom(Math.min(of.size, WORKGROUP));
  let span = WORKGROUP / powerFrom(Math.min(of.rows, WORKGROUP / width));
  while (span < NEIGHBOURS && (units * width) / (2 * span) >= ENOUGH) span *= 2;
  return { width, span, units };
}

/** Runs a shader of {@link inGroups}; no size may be 0. */
export function runInGroups(
  gpu: Gpu,
  shader: Shader,
  tensors: readonly TensorInfo[],
  of: Groups,
  more: readonly number[] = [],
): void {
  const { width, span, units } = divide(of);
  const workgroups = Math.min(Math.ceil((units * width) / span), MOST);
  gpu.run(shader, tensors, [units, of.rows, of.groups, of.size, width, span, ...more], workgroups);
}

/** The code for each number `at` of the thread in `unit`, in channel `c` of its group. */
export function each(code: string): string {
  return `for (var c = column; c < u.size; c += u.width) { for (var r = lane; r < rows; r += lanes) { let at = first + r * u.groups * u.size + c; ${code} } }`;
}

/**
 * A shader whose code is run for each unit by all threads that share it; each gets the sums of all: `overRows` of those with its
 * `column`, `overColumns` of those with its `lane`.
 */
export function inGroups(shader: Omit<Shader, 'numbers'> & Partial<Shader>): Shader {
  const code = `
var<workgroup> shared_: array<vec2f, ${WORKGROUP}>;
fn total(part: vec2f, i: u32, most: u32, least: u32) -> vec2f {
  var x = part;
  for (var h = most; h >= least; h /= 2u) {
    shared_[i] = x;
    workgroupBarrier();
    x += shared_[i ^ h];
    workgroupBarrier();
  }
  return x;
}
fn overRows(x: vec2f, i: u32) -> vec2f { return total(x, i, ${WORKGROUP / 2}u, u.span); }
fn overColumns(x: vec2f, i: u32) -> vec2f { return total(x, i, u.width / 2u, 1u); }
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(local_invocation_index) i: u32, @builtin(workgroup_id) id: vec3u, @builtin(num_workgroups) all: vec3u) {
  let column = i % u.width;
  let lane = i / u.span;
  let lanes = ${WORKGROUP}u / u.span;
  let side = u.span / u.width;
  for (var w = id.x; w * side < u.units; w += all.x) {
    let unit = w * side + i % u.span / u.width;
    let isIn = unit < u.units;
    let rows = select(0u, u.rows, isIn);
    let channel = unit % u.groups * u.size;
    let first = unit / u.groups * u.rows * u.groups * u.size + channel;
    ${shader.code}
  }
}`;
  return { ...shader, numbers: [...numbers, ...(shader.numbers ?? [])], code };
}
