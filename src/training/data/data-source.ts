import * as tf from '@tensorflow/tfjs-core';
import { checkFunction } from '../../tensor/checks.js';
import { wrongKind } from '../../tensor/errors.js';
import { abortable } from '../../tensor/abortable.js';
import type { Json } from '../json.js';
import { disposeBatch, type Batch } from './batch.js';
import type { BatchSource } from './batches.js';

/**
 * A source of batches: an array or another iterable, an async iterable such as {@link batches} returns, a function
 * that returns an async iterable, or a `tf.data.Dataset`, recognised by its shape.
 */
export type DataSource =
  | Iterable<Batch>
  | AsyncIterable<Batch>
  | (() => AsyncIterable<Batch>)
  | { iterator(): Promise<{ next(): Promise<IteratorResult<unknown>> }> };

/** One pass over a source. */
export interface Pass {
  /** The next batch. Once `signal` is aborted, the pass ends; a batch that still arrives is disposed if the reader owns it. */
  next(signal?: AbortSignal): Promise<IteratorResult<unknown, unknown>>;
  /** Called after an update with the last batch. */
  used(): void;
  /** Leaves the pass, early or at its end. A source with a cursor then returns to the first batch that was read but not used. */
  leave(): Promise<void>;
}

/** Throws unless `source` is a {@link DataSource}. */
export function checkDataSource(where: string, argument: string, source: unknown): asserts source is DataSource {
  if (typeof source === 'function') return;
  const isIterable = hasOne(source, Symbol.iterator, Symbol.asyncIterator, 'iterator');
  if (typeof source === 'object' && !(source instanceof tf.Tensor) && isIterable) return;
  const rule = 'must be an array, an iterable, an async iterable, a function that returns one, or a tf.data.Dataset';
  throw wrongKind(where, argument, rule, {
    got: source,
    fix: 'Cut data into batches with batches(data, { batchSize }).',
  });
}

/** Throws unless a source can be read repeatedly: a generator, which is its own iterator, cannot. */
export function checkReadAgain(where: string, argument: string, source: DataSource, fix: string): void {
  if (typeof source === 'function' || Array.isArray(source)) return;
  if (!hasOne(source, 'next') || !hasOne(source, Symbol.asyncIterator, Symbol.iterator)) return;
  throw wrongKind(where, argument, 'must be a source that can be read again', { seen: 'a generator', fix });
}

/** Whether a value has one of these methods. */
function hasOne(value: unknown, ...methods: readonly PropertyKey[]): boolean {
  return methods.some((key) => typeof (value as Record<PropertyKey, unknown> | null | undefined)?.[key] === 'function');
}

/** Disposes a batch that was read from a source, unless it is an element of an array, which stays the user's, and its prepared copy. */
export function disposeRead(source: DataSource, batch: unknown, ready = batch): void {
  if (ready !== batch) disposeBatch(ready as Batch);
  if (!Array.isArray(source)) disposeBatch(batch as Batch);
}

/** Starts a pass over a source. */
export async function startPass(source: DataSource): Promise<Pass> {
  const started = startSource(source);
  const iterator = await startIterator(started);
  checkFunction('train', 'data: its iterator.next', (iterator as Partial<AnyIterator> | undefined)?.next);
  const { state, restore } = started as Partial<BatchSource>;
  const hasCursor = typeof state === 'function' && typeof restore === 'function';
  let isOpen = true;
  /** The position of the batch that was requested and is not used yet. */
  let unused: Json | undefined;
  const giveBack = (): void => {
    if (unused !== undefined) restore!(unused);
    unused = undefined;
  };
  const end = { done: true, value: undefined } as const;
  return {
    next: async (signal) => {
      isOpen = false;
      if (hasCursor) unused = state();
      const coming = Promise.resolve(iterator.next());
      const result = await abortable(coming, signal);
      if (result === undefined) {
        giveBack();
        // not awaited, because a source such as a broken camera may never answer
        void coming
          .then(({ done, value }) => {
            if (!done) disposeRead(source, value);
          })
          .catch(() => undefined);
        void Promise.resolve(iterator.return?.()).catch(() => undefined);
        return end;
      }
      isOpen = result.done !== true;
      if (!isOpen) unused = undefined;
      return result;
    },
    used: () => {
      unused = undefined;
    },
    leave: async () => {
      const wasOpen = isOpen;
      isOpen = false;
      try {
        if (wasOpen) await iterator.return?.();
      } finally {
        giveBack();
      }
    },
  };
}

type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** The result of a function, or the source itself. */
function startSource(source: DataSource): Exclude<DataSource, () => unknown> {
  if (typeof source !== 'function') return source;
  const started: unknown = source();
  if (hasOne(started, Symbol.asyncIterator)) return started as AsyncIterable<Batch>;
  const rule = 'must return an async iterable if it is a function';
  throw wrongKind('train', 'data', rule, { got: started, fix: 'Make it an async function*.' });
}

async function startIterator(source: Exclude<DataSource, () => unknown>): Promise<AnyIterator> {
  if (Symbol.asyncIterator in source) return source[Symbol.asyncIterator]();
  if (Symbol.iterator in source) return source[Symbol.iterator]();
  return source.iterator();
}
