import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkTensor, isTensor } from '../tensor/checks.js';
import { wrongKind } from '../tensor/errors.js';
import type { FreeSize, Sizes } from './sizes.js';

/** An input: a tensor, or its shape, with null or a name for a free size. */
export type InputSpec =
  | Tensor
  | {
      /** A size is free if it is null, or a name. */
      readonly shape: readonly (number | string | null)[];
      /** `float32` by default. */
      readonly dtype?: 'float32' | 'int32' | 'bool' | undefined;
    };

/** Inputs that have been read. */
export interface Inputs {
  /** Sizes to record with; if a function does not take the first, the next are tried. */
  readonly free: readonly (readonly FreeSize[])[];
  /** Makes them for sizes; the caller disposes them. */
  readonly tensorsFor: (sizes: Sizes) => Record<string, Tensor>;
}

/** Free sizes of a batch: 1 would take paths of its own in functions that broadcast. The others are for those that form groups. */
const BATCHES = [
  { values: [2, 3], check: 5 },
  { values: [12, 24], check: 36 },
] as const;

/**
 * Those of other axes: multiples of 8, so that a network may halve them three times, in another order for each axis; then of 12, for
 * strides of 3.
 */
const LENGTHS = [
  [
    { values: [8, 16], check: 24 },
    { values: [24, 16], check: 8 },
    { values: [16, 32], check: 8 },
  ],
  [
    { values: [12, 24], check: 36 },
    { values: [36, 24], check: 12 },
    { values: [24, 36], check: 12 },
  ],
] as const;

/** Reads the inputs of a recording. */
export function readInputs(where: string, inputs: Readonly<Record<string, InputSpec | undefined>>): Inputs {
  if (typeof inputs !== 'object' || inputs === null || isTensor(inputs))
    throw wrongKind(where, 'inputs', 'must be a record of tensors or shapes', { got: inputs });
  const read = Object.entries(inputs).flatMap(([name, spec]) =>
    spec === undefined ? [] : [[name, readInput(where, `inputs.${name}`, spec)] as const],
  );
  const names = new Set(read.flatMap(([, { shape }]) => shape.filter((size) => typeof size === 'string')));
  const others = [...names].filter((name) => name !== 'batch');
  const free = BATCHES.map((batches, i) =>
    [...names].map((name) => ({ name, ...(name === 'batch' ? batches : LENGTHS[i]![others.indexOf(name) % 3]!) })),
  ).slice(0, names.size === 0 ? 1 : 2);
  return {
    free,
    tensorsFor: (sizes) => {
      const buffers = new Set<object>();
      const made = read.map(([name, { tensor, shape, dtype }]): [string, Tensor] => {
        if (tensor === undefined) return [name, numbersOf(shape.map((size) => (typeof size === 'string' ? sizes[size]! : size)), dtype)]; // prettier-ignore
        // two inputs with one buffer would be the same value
        const isSame = buffers.has(tensor.dataId);
        buffers.add(tensor.dataId);
        return [name, isSame && dtype !== 'bool' ? tf.add(tensor, tf.zerosLike(tensor)) : tf.clone(tensor)];
      });
      return Object.fromEntries(made);
    },
  };
}

interface ReadInput {
  readonly tensor?: Tensor;
  readonly shape: readonly (number | string)[];
  readonly dtype: 'float32' | 'int32' | 'bool';
}

function readInput(where: string, argument: string, spec: InputSpec): ReadInput {
  if (isTensor(spec)) {
    checkTensor(where, argument, spec);
    return { tensor: spec, shape: spec.shape, dtype: spec.dtype as ReadInput['dtype'] };
  }
  const { shape, dtype = 'float32' } = (spec ?? {}) as Partial<Exclude<InputSpec, Tensor>>;
  const isSize = (size: unknown): boolean =>
    size === null ||
    (typeof size === 'string' && /^[a-z]\w*$/i.test(size)) ||
    (Number.isSafeInteger(size) && (size as number) >= 0);
  if (!Array.isArray(shape) || !shape.every(isSize))
    throw wrongKind(where, argument, 'must be a tensor, or { shape } such as { shape: [null, 28, 28, 1] }', {
      got: spec,
    });
  if (!['float32', 'int32', 'bool'].includes(dtype))
    throw wrongKind(where, `${argument}.dtype`, "must be 'float32', 'int32' or 'bool'", { got: dtype });
  const { length } = shape;
  return {
    shape: (shape as readonly (number | string | null)[]).map((size, axis) => size ?? nameOf(axis, length)),
    dtype,
  };
}

/** The name of a free axis. */
function nameOf(axis: number, rank: number): string {
  if (axis === 0) return 'batch';
  if (rank === 4 && axis < 3) return ['height', 'width'][axis - 1]!;
  return axis === 1 ? 'length' : `size${axis}`;
}

/** Numbers that differ, as those of timesteps and labels do, all within small ranges. */
function numbersOf(shape: number[], dtype: ReadInput['dtype']): Tensor {
  const size = tf.util.sizeFromShape(shape);
  const numbers = Array.from({ length: size }, (_, i) => (dtype === 'float32' ? ((i % 7) + 1) / 8 : i % 2));
  return tf.tensor(dtype === 'float32' ? Float32Array.from(numbers) : dtype === 'int32' ? Int32Array.from(numbers) : Uint8Array.from(numbers), shape, dtype); // prettier-ignore
}
