import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkBackend, checkObject, checkTensor } from '../../tensor/checks.js';
import { outOfRange, shapeText, wrongKind } from '../../tensor/errors.js';
import { checkNumbers, readPair } from './batch.js';
import { checkConditionRank, checkHostTensor, takeFromHost, type HostTensor, type Role } from './host-data.js';

/** A data set: on the device or on the host, with or without a condition for each example. */
export type BatchData =
  | Tensor
  | HostTensor
  | {
      readonly x: Tensor | HostTensor;
      readonly condition?: Tensor | HostTensor | undefined;
      readonly conditions?: Readonly<Record<string, Tensor | HostTensor>> | undefined;
    };

/** The type of batch that {@link batches} cuts from data of type D. */
export type BatchOf<D extends BatchData> = D extends { readonly x: unknown }
  ? D extends { readonly conditions: infer Conditions extends object }
    ? D extends { readonly condition: Tensor | HostTensor }
      ? {
          readonly x: Tensor;
          readonly condition: Tensor;
          readonly conditions: { readonly [Name in keyof Conditions]: Tensor };
        }
      : { readonly x: Tensor; readonly conditions: { readonly [Name in keyof Conditions]: Tensor } }
    : D extends { readonly condition: Tensor | HostTensor }
      ? { readonly x: Tensor; readonly condition: Tensor }
      : { readonly x: Tensor }
  : Tensor;

/** A data set that has been checked. */
export interface DataSet<D extends BatchData = BatchData> {
  readonly x: Tensor | HostTensor;
  readonly condition: Tensor | HostTensor | undefined;
  readonly conditions: Readonly<Record<string, Tensor | HostTensor>> | undefined;
  /** The number of examples. */
  readonly examples: number;
  /** The examples at these indices; call it in a tidy. */
  at(indices: Uint32Array): BatchOf<D>;
}

/** Checks the data for the function `where`; host data are searched once for numbers that are not finite. */
export function readDataSet<D extends BatchData>(where: string, data: D): DataSet<D> {
  if (Array.isArray(data) || ArrayBuffer.isView(data)) {
    const fix = 'Give numbers with their shape: { data: Float32Array.from(...), shape: [examples, ...] }.';
    throw wrongKind(where, 'data', 'must be a tensor or { data, shape }', { got: data, fix });
  }
  const { shape, data: numbers } = (data ?? {}) as Partial<HostTensor>;
  const isTensor = Boolean(shape ?? numbers);
  const { x, condition, conditions } = isTensor
    ? { x: data as HostTensor }
    : readPair<Tensor | HostTensor>(where, 'data', data as never);
  checkOne(where, isTensor ? 'data' : 'data.x', x, 'x');
  const checkRows = (argument: string, one: Tensor | HostTensor): void => {
    checkOne(where, argument, one, 'condition');
    if (one.shape[0] !== x.shape[0]) {
      const rule = `must have one entry for each of the ${x.shape[0]} examples`;
      throw outOfRange(where, argument, rule, { got: one.shape[0] });
    }
  };
  if (condition !== undefined) checkRows('data.condition', condition);
  if (conditions !== undefined) {
    checkObject(where, 'data.conditions', conditions);
    for (const [name, one] of Object.entries(conditions)) checkRows(`data.conditions.${name}`, one);
  }
  const take = (source: Tensor | HostTensor, indices: Uint32Array, role: Role): Tensor => {
    if (!(source instanceof tf.Tensor)) return takeFromHost(source, indices, role);
    checkTensor(where, 'data', source);
    return tf.gather(source, tf.tensor1d(Int32Array.from(indices), 'int32'));
  };
  return {
    x,
    condition,
    conditions,
    examples: x.shape[0],
    at: (indices) => {
      checkBackend(where);
      const rows = take(x, indices, 'x');
      if (isTensor) return rows as BatchOf<D>;
      return {
        x: rows,
        ...(condition && { condition: take(condition, indices, 'condition') }),
        ...(conditions && { conditions: mapEach(conditions, (one) => take(one, indices, 'condition')) }),
      } as unknown as BatchOf<D>;
    },
  };
}

export function mapEach<T, U>(record: Readonly<Record<string, T>>, change: (one: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(record).map(([name, one]) => [name, change(one)]));
}

/** Data whose numbers can be examined without a read from the device; undefined for a tensor. */
export function onHost(data: Tensor | HostTensor | undefined): HostTensor | undefined {
  return data instanceof tf.Tensor ? undefined : data;
}

function checkOne(where: string, argument: string, value: Tensor | HostTensor, role: Role): void {
  const host = onHost(value);
  if (host?.shape !== undefined) {
    checkHostTensor(where, argument, host, role);
    return;
  }
  if (role === 'x') checkNumbers(where, argument, value);
  else {
    if (Array.isArray(value) || ArrayBuffer.isView(value)) {
      const fix = 'Labels are { data: Int32Array.from(...), shape: [examples] }.';
      throw wrongKind(where, argument, 'must be a tensor or { data, shape }', { got: value, fix });
    }
    checkTensor(where, argument, value);
    checkConditionRank(where, argument, value.shape, value.dtype === 'int32');
  }
  if (value.rank === 0 || value.shape[0] === 0) {
    const seen = `shape ${shapeText(value.shape)}`;
    throw outOfRange(where, argument, 'must hold at least one example', { seen });
  }
}
