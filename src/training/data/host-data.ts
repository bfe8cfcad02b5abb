import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { isTokens } from './batch.js';
import { checkInteger, checkShape } from '../../tensor/checks.js';
import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { readOptions } from '../../tensor/options.js';

/**
 * A data set that stays on the host until one of its batches is needed. As x, bytes are scaled by 1/255 to [0, 1] unless `dtype` is int32,
 * and larger integers become int32: tokens, with -1 for none. As a condition, bytes and integers `[n]` become int32, and bytes of pictures are scaled.
 */
export interface HostTensor {
  /** The numbers, row-major: the last axis varies fastest. */
  readonly data: Float32Array | Uint8Array | Uint8ClampedArray | Uint16Array | Int32Array;
  /** The first axis counts the examples. */
  readonly shape: readonly number[];
  /** 'int32' if bytes are tokens rather than pixels; other data need none. */
  readonly dtype?: 'int32' | undefined;
}

/** The role of a tensor in a data set. */
export type Role = 'x' | 'condition';

/** Throws unless `value` is host data that can serve as x or as a condition; it examines every number once. */
export function checkHostTensor(where: string, argument: string, value: HostTensor, role: Role): void {
  const rules = { data: {}, shape: {}, dtype: { default: undefined } };
  const { data, shape, dtype } = readOptions(where, value, rules, argument);
  if (!(data instanceof Float32Array || isBytes(data) || isIntegers(data))) {
    const fix = 'Convert it: Float32Array.from(list.flat()).';
    const rule = 'must be a Float32Array, Uint8Array, Uint16Array or Int32Array';
    throw wrongKind(where, `${argument}.data`, rule, { got: data, fix });
  }
  if (dtype !== undefined && (dtype !== 'int32' || data instanceof Float32Array)) {
    const rule = "must be 'int32' for integers, or be left out";
    throw wrongKind(where, `${argument}.dtype`, rule, { got: dtype });
  }
  const sizes: unknown = shape;
  if (!Array.isArray(sizes) || sizes.length === 0) {
    throw wrongKind(where, `${argument}.shape`, 'must be an array of sizes', { got: shape });
  }
  shape.forEach((size, axis) => checkInteger(where, `${argument}.shape[${axis}]`, size));
  const size = tf.util.sizeFromShape([...shape]);
  if (size !== data.length) {
    const rule = `must hold the ${size} numbers of the shape ${shapeText(shape)}`;
    throw outOfRange(where, `${argument}.data`, rule, { got: data.length });
  }
  if (role === 'condition') {
    checkConditionRank(where, `${argument}.shape`, shape, !isFloat(value, role));
  } else if (isPixels(value)) checkUsesBytes(where, argument, data);
  if (data instanceof Int32Array) {
    const rule = `must hold ${role === 'x' ? 'tokens' : 'labels'} from 0 on, or -1 for none`;
    checkEach(where, argument, data, rule, (label) => label >= -1);
  }
  if (data instanceof Float32Array) checkEach(where, argument, data, 'must be finite', Number.isFinite);
}

/** Throws unless a condition's rank fits its type: labels are integers `[n]`, vectors are floats `[n, d]`; a further one may be tokens, integers `[n, length]`. */
export function checkConditionRank(where: string, argument: string, shape: readonly number[], isLabels: boolean): void {
  const fix = 'Labels are integers [n], in an Int32Array or Uint8Array; vectors are floats [n, d].';
  const more = shape.slice(2).map(() => null);
  checkShape(
    where,
    argument,
    { shape },
    isLabels && !isTokens(argument, { shape }) ? [null] : [null, null, ...more],
    fix,
  );
}

/** The smallest and the largest number, in the units of a batch. */
export function extremesOf(host: HostTensor, role: Role): [low: number, high: number] {
  const { data } = host;
  let [low, high] = [Infinity, -Infinity];
  for (const value of data) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const unit = role === 'x' && isPixels(host) ? 255 : 1;
  return [low / unit, high / unit];
}

function isBytes(data: unknown): data is Uint8Array | Uint8ClampedArray {
  return data instanceof Uint8Array || data instanceof Uint8ClampedArray;
}

function isIntegers(data: unknown): data is Uint16Array | Int32Array {
  return data instanceof Uint16Array || data instanceof Int32Array;
}

/** Whether data that serve as x are bytes from 0 to 255 that stand for numbers from 0 to 1. */
function isPixels({ data, dtype }: HostTensor): boolean {
  return isBytes(data) && dtype === undefined;
}

/** Whether data become float32. */
function isFloat(host: HostTensor, role: Role): boolean {
  // bytes of a condition are labels, unless they are pictures
  return host.data instanceof Float32Array || ((role === 'x' || host.shape.length > 2) && isPixels(host));
}

/** Throws if all bytes are zeros and ones, meant as black and white: divided by 255 they would all be nearly black. */
function checkUsesBytes(where: string, argument: string, data: HostTensor['data']): void {
  if (data.some((value) => value > 1) || !data.includes(1)) return;
  const fix = "Give them as numbers: Float32Array.from(data); or say that they are tokens: dtype: 'int32'.";
  const rule = 'must use the range of bytes, which are divided by 255';
  throw outOfRange(where, `${argument}.data`, rule, { seen: 'zeros and ones', fix });
}

function checkEach(
  where: string,
  argument: string,
  data: Int32Array | Float32Array,
  rule: string,
  isRight: (value: number) => boolean,
): void {
  const wrong = data.findIndex((value) => !isRight(value));
  if (wrong >= 0) throw outOfRange(where, `${argument}.data`, rule, { seen: `${data[wrong]} at index ${wrong}` });
}

/** The examples at `indices` as a tensor `[indices.length, ...]`. */
export function takeFromHost(host: HostTensor, indices: Uint32Array, role: Role): Tensor {
  const { data, shape } = host;
  const [, ...example] = shape;
  const size = tf.util.sizeFromShape(example);
  const asFloat = isFloat(host, role);
  const rows = asFloat ? new Float32Array(indices.length * size) : new Int32Array(indices.length * size);
  const isScaled = asFloat && !(data instanceof Float32Array);
  for (let row = 0; row < indices.length; row++) {
    const start = indices[row]! * size;
    const slice = data.subarray(start, start + size);
    if (isScaled) {
      for (let i = 0; i < size; i++) rows[row * size + i] = slice[i]! / 255;
    } else {
      rows.set(slice, row * size);
    }
  }
  return tf.tensor(rows, [indices.length, ...example], asFloat ? 'float32' : 'int32');
}
