import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ADAM_KERNEL, type AdamFactors } from '../../operations/adam.js';
import { gpuOf, groupsFor, sizeOf, type Gpu } from '../device/gpu.js';
import { WORKGROUP, type Shader } from '../device/shader.js';
import type { AddedKernel } from './kernel.js';

/**
 * One update of Adam. A dispatch has as many gradients, or gradients with variables, as a shader may have buffers: the first ones check
 * the gradients, the others update the variables.
 */
export const adam: AddedKernel = {
  kernelName: ADAM_KERNEL,
  kernel: ({ inputs, attrs, backend }) => {
    const gpu = gpuOf(backend);
    const gradients = inOrder(inputs, 'g');
    const factors = attrs as unknown as AdamFactors;
    const { rate, kept } = factors;
    const moments = gpu.take(inputs['moments']!);
    const skipped = gpu.take(inputs['skipped']!);
    const variables = inOrder(inputs, 'p').map(gpu.take);
    const update: Update = {
      moments,
      skipped,
      members: membersOf(gradients, variables),
      state: gpu.make([5], Float32Array.of(0, 0, 0, rate, kept)),
      numbers: [sizeOf(moments.shape) / 2, ...numbersOf(factors)],
    };
    check(gpu, update);
    apply(gpu, update);
    gpu.backend.disposeData(update.state.dataId);
    gpu.submit();
    return [skipped, moments, ...variables];
  },
};

interface Member {
  readonly gradient: TensorInfo;
  readonly variable: TensorInfo;
  readonly size: number;
  /** Where its moments begin. */
  readonly offset: number;
}

interface Update {
  readonly moments: TensorInfo;
  readonly skipped: TensorInfo;
  readonly members: readonly Member[];
  /** 1 if the update is skipped; the bias corrections before it; the numbers that change with the rate. */
  readonly state: TensorInfo;
  readonly numbers: readonly number[];
}

function inOrder(inputs: Readonly<Record<string, TensorInfo | undefined>>, letter: string): TensorInfo[] {
  const found: TensorInfo[] = [];
  for (let input = inputs[`${letter}0`]; input !== undefined; input = inputs[letter + found.length]) found.push(input);
  return found;
}

/** The variables that are not empty. */
function membersOf(gradients: readonly TensorInfo[], variables: readonly TensorInfo[]): Member[] {
  let end = 0;
  const members = variables.map((variable, i) => {
    const size = sizeOf(variable.shape);
    return { gradient: gradients[i]!, variable, size, offset: (end += size) - size };
  });
  return members.filter(({ size }) => size > 0);
}

const names = ['meanShare', 'meanKeep', 'meanPull', 'squareShare', 'squareKeep', 'squarePull', 'epsilon', 'least'];
const numbers = ['row: u32', ...names.map((name) => `${name}: f32`)];

function numbersOf({ mean, square, epsilon, least }: AdamFactors): number[] {
  const decays = [mean, square].flatMap(({ share, keep, pull }) => [share, keep, pull]);
  return [...decays, epsilon, least];
}

/** keep moment + share (value - pull moment), with the same roundings for all moments. */
const next = `
fn nextMean(m: f32, g: f32) -> f32 { return m * u.meanKeep + (g - m * u.meanPull) * u.meanShare; }
fn nextSquare(v: f32, s: f32) -> f32 { return v * u.squareKeep + (s - v * u.squarePull) * u.squareShare; }`;

const main = (code: string): string => `
@compute @workgroup_size(${WORKGROUP})
fn main(@builtin(global_invocation_id) id: vec3u, @builtin(num_workgroups) groups: vec3u) {
  let step = groups.x * ${WORKGROUP}u;
  ${code}
}`;

/** Notes whether a gradient or its square is not finite; the first dispatch moves the bias corrections, the last moments of each row, on. */
function check(gpu: Gpu, { members, state, moments, numbers }: Update): void {
  for (let from = 0, isFirst = true; isFirst || from < members.length; isFirst = false) {
    const some = members.slice(from, (from += gpu.mostBuffers - (isFirst ? 2 : 1)));
    const buffers = [state, ...(isFirst ? [moments] : []), ...some.map(({ gradient }) => gradient)];
    const sizes = some.map(({ size }) => size);
    gpu.run(checkShader(some.length, isFirst), buffers, [...numbers, ...sizes], groupsFor(Math.max(1, ...sizes)));
  }
}

function checkShader(count: number, isFirst: boolean): Shader {
  const each = Array.from({ length: count }, (_, k) => {
    return `for (var i = id.x; i < u.n${k}; i += step) { let g = g${k}[i]; isFine = isFine && isFin(g * g); }`;
  });
  const move = `if (id.x == 0u) {
    let mean = moments[u.row - 1u];
    let square = moments[2u * u.row - 1u];
    atomicStore(&state[1], bitcast<u32>(mean));
    atomicStore(&state[2], bitcast<u32>(square));
    moments[u.row - 1u] = nextMean(mean, 1.0);
    moments[2u * u.row - 1u] = nextSquare(square, 1.0);
  }`;
  const code = `var isFine = true;
  ${each.join('\n  ')}
  if (!isFine) { atomicStore(&state[0], bitcast<u32>(1.0)); }`;
  return {
    name: `adam check ${count} ${isFirst}`,
    writes: ['state: array<atomic<u32>>', ...(isFirst ? ['moments'] : [])],
    reads: Array.from({ length: count }, (_, k) => `g${k}`),
    numbers: [...numbers, ...Array.from({ length: count }, (_, k) => `n${k}: u32`)],
    code: (isFirst ? next : '') + main(isFirst ? move + code : code),
  };
}

/** Updates variables and moments, unless the update is skipped; the first dispatch counts that, and puts the bias corrections back. */
function apply(gpu: Gpu, { members, state, moments, skipped, numbers }: Update): void {
  for (let from = 0, isFirst = true; isFirst || from < members.length; isFirst = false) {
    const room = Math.floor((gpu.mostBuffers - (isFirst ? 3 : 2)) / 2);
    const some = members.slice(from, (from += room));
    const written = [moments, ...(isFirst ? [skipped] : []), ...some.map(({ variable }) => variable)];
    const buffers = [...written, state, ...some.map(({ gradient }) => gradient)];
    const places = some.flatMap(({ size, offset }) => [size, offset]);
    const groups = groupsFor(Math.max(1, ...some.map(({ size }) => size)));
    gpu.run(applyShader(some.length, isFirst), buffers, [...numbers, ...places], groups);
  }
}

function applyShader(count: number, isFirst: boolean): Shader {
  const each = Array.from({ length: count }, (_, k) => {
    return `for (var i = id.x; i < u.n${k}; i += step) {
    let at = u.o${k} + i;
    let g = g${k}[i];
    let m = settled(nextMean(moments[at], g));
    let v = settled(nextSquare(moments[u.row + at], g * g));
    moments[at] = m;
    moments[u.row + at] = v;
    p${k}[i] = p${k}[i] * state[4] - m * rate / (sqrt(v * scale) + u.epsilon);
  }`;
  });
  const skip = `if (id.x == 0u) {
      skipped[0] += 1.0;
      moments[u.row - 1u] = state[1];
      moments[2u * u.row - 1u] = state[2];
    }`;
  const code = `if (state[0] != 0.0) {
    ${isFirst ? skip : ''}
    return;
  }
  let rate = state[3] / moments[u.row - 1u];
  let scale = 1.0 / moments[2u * u.row - 1u];
  ${each.join('\n  ')}`;
  const names = (letter: string): string[] => Array.from({ length: count }, (_, k) => letter + k);
  return {
    name: `adam ${count} ${isFirst}`,
    writes: ['moments', ...(isFirst ? ['skipped'] : []), ...names('p')],
    reads: ['state', ...names('g')],
    numbers: [...numbers, ...names('').flatMap((k) => [`n${k}: u32`, `o${k}: u32`])],
    code: `${next}
fn settled(x: f32) -> f32 { return select(x, 0.0, abs(x) < u.least); }${main(code)}`,
  };
}
