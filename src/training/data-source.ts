import * as tf from '@tensorflow/tfjs-core';
import { wrongKind } from '../tensor/errors.js';
import type { Batch } from './batch.js';

/**
 * Where batches come from: an array or another iterable, an async iterable such as {@link batches} gives, a function
 * that starts an async iterable, or a `tf.data.Dataset`, known by its shape.
 */
export type DataSource =
  | Iterable<Batch>
  | AsyncIterable<Batch>
  | (() => AsyncIterable<Batch>)
  | { iterator(): Promise<{ next(): Promise<IteratorResult<unknown>> }> };

/** One pass over a source. */
export interface Pass {
  next(): Promise<IteratorResult<unknown>>;
  /** Leaves the pass early. */
  leave(): Promise<void>;
}

/** Throws unless `source` is a {@link DataSource}. */
export function checkDataSource(where: string, argument: string, source: unknown): asserts source is DataSource {
  const value = source as Record<PropertyKey, unknown> | null | undefined;
  const known =
    typeof source === 'function' ||
    (typeof source === 'object' &&
      !(source instanceof tf.Tensor) &&
      [Symbol.iterator, Symbol.asyncIterator, 'iterator'].some((key) => typeof value?.[key] === 'function'));
  if (known) return;
  const rule = 'must be an array, an iterable, an async iterable, a function that gives one, or a tf.data.Dataset';
  throw wrongKind({
    where,
    argument,
    rule,
    got: source,
    fix: 'Cut data into batches with batches(data, { batchSize }).',
  });
}

/** Whether a source can be read only once: a generator gives itself as its iterator. */
export function isReadOnce(source: DataSource): boolean {
  const value = source as Partial<Record<PropertyKey, () => unknown>>;
  if (typeof source === 'function' || Array.isArray(source) || typeof value['next'] !== 'function') return false;
  return typeof value[Symbol.asyncIterator] === 'function' || typeof value[Symbol.iterator] === 'function';
}

/** Whether the reader disposes what the source gives: all but the elements of an array. */
export function isOwnedByReader(source: DataSource): boolean {
  return !Array.isArray(source);
}

/** Starts a pass over a source. */
export async function startPass(source: DataSource): Promise<Pass> {
  const iterator = await startIterator(source);
  return {
    next: async () => iterator.next(),
    leave: async () => void (await iterator.return?.()),
  };
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

async function startIterator(source: DataSource): Promise<AnyIterator> {
  if (typeof source === 'function') return source()[Symbol.asyncIterator]();
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  if (Symbol.iterator in source) return source[Symbol.iterator]();
  return source.iterator();
}
