import { WORKGROUP } from '../device/shader.js';
import type { Dispatch } from './dispatch.js';

/** Numbers in the order `[examples, rows, groups, size]`; the rows and channels of a group in an example belong together. */
export interface Groups {
  readonly examples: number;
  readonly rows?: number;
  readonly groups?: number;
  /** The channels of a group. */
  readonly size?: number;
}

/** The bytes that a GPU reads at once, in numbers. */
const NEIGHBOURS = 8;

/** The largest number of workgroups: more threads than a GPU has. The shaders go on in steps of them. */
const MAX_WORKGROUPS = 2048;

/** So many workgroups are worth more than reading neighbours. */
const ENOUGH = 64;

const powerFrom = (n: number): number => 2 ** Math.ceil(Math.log2(n));

/**
 * Divides the threads: `width` neighbours take the channels of a unit, a group of an example; `span` / `width` units are side by side, and
 * the others take more rows of them. All three are powers of two.
 */
export function workOf({ examples, rows = 1, groups = 1, size = 1 }: Groups) {
  const units = examples * groups;
  const width = powerFrom(Math.min(size, WORKGROUP));
  let span = WORKGROUP / powerFrom(Math.min(rows, WORKGROUP / width));
  while (span < NEIGHBOURS && (units * width) / (2 * span) >= ENOUGH) span *= 2;
  const workgroups = Math.min(Math.ceil((units * width) / span), MAX_WORKGROUPS);
  return { units, rows, groups, size, width, span, workgroups };
}

/**
 * The code for each number `at` of the thread in `unit`, in channel `c` of its group; and, for each of its channels and perhaps one more, what
 * all threads do then.
 */
export function eachOfUnit(code: string, then = ''): string {
  return `for (var begin = 0u; begin < u.size; begin += u.width) {
      let c = begin + column;
      for (var r = select(lane, rows, c >= u.size); r < rows; r += lanes) { let at = first + r * u.groups * u.size + c; ${code} }
      ${then}
    }`;
}

/**
 * A shader whose code is run for each unit by all threads that share it; each gets the sums of all: `overRows` of those with its
 * `column`, `overColumns` of those with its `lane`, `overAll` of both. `sums` are 0 at first, and one of the threads `isFirst`.
 */
export function inGroups({ numbers = '', code, ...rest }: Dispatch): Dispatch {
  return {
    writes: 'y',
    ...rest,
    numbers: `units rows groups size width span ${numbers}`,
    functions: `
fn overRows(x: vec2f) -> vec2f { return reduce(x, ${WORKGROUP / 2}, u.span); }
fn overColumns(x: vec2f) -> vec2f { return reduce(x, u.width / 2, 1); }
fn overAll(x: vec2f) -> vec2f { return overColumns(overRows(x)); }`,
    code: `
  let column = thread % u.width;
  let lane = thread / u.span;
  let lanes = ${WORKGROUP} / u.span;
  let side = u.span / u.width;
  for (var w = group.x; w * side < u.units; w += all.x) {
    let unit = w * side + thread % u.span / u.width;
    let isIn = unit < u.units;
    let isFirst = isIn && lane + column == 0;
    let rows = select(0, u.rows, isIn);
    let channel = unit % u.groups * u.size;
    let first = unit / u.groups * u.rows * u.groups * u.size + channel;
    var sums = vec2f();
    ${code}
  }`,
  };
}
