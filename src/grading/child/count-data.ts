// Counts the data of a backend so that a submission cannot change the count: all functions are bound before it is loaded.
import * as tf from '@tensorflow/tfjs-core';
import type { KernelBackend } from '@tensorflow/tfjs-core';
import type { StartCount } from '../../testing/exercises/measure.js';

const { apply, defineProperty } = Reflect;
const BoundMap = Map;
const { get, set, forEach } = Map.prototype;

/** A count of the data of a backend. */
export interface DataCount {
  readonly start: StartCount;
  /** The number of data that were made since the last start and still exist. */
  left(): number;
}

type Method = (...values: unknown[]) => unknown;

/** Counts the data of tfjs's current backend. Afterwards, neither the backend nor its methods can be replaced. */
export function countData(): DataCount {
  const engine = tf.engine();
  const backend = engine.backend as KernelBackend & Record<string, Method>;
  /** The growth of the number of references to each data since the start. */
  let growth = new BoundMap<unknown, number>();
  const grownBy = (dataId: unknown): number | undefined => apply(get, growth, [dataId]) as number | undefined;
  const grow = (dataId: unknown, by: number): void => void apply(set, growth, [dataId, (grownBy(dataId) ?? 0) + by]);
  const lock = (target: object, name: string, value: unknown): void => {
    if (!defineProperty(target, name, { value, writable: false, configurable: false }))
      throw new TypeError(`${name} cannot be locked`);
  };
  const watch = (name: string, after: (result: unknown, values: unknown[]) => void): void => {
    const method = backend[name]!;
    lock(backend, name, (...values: unknown[]) => {
      const result: unknown = apply(method, backend, values);
      after(result, values);
      return result;
    });
  };
  watch('write', (dataId) => grow(dataId, 1));
  watch('move', (_, [dataId, , , , references]) => grow(dataId, references as number));
  watch('incRef', (_, [dataId]) => grow(dataId, 1));
  watch('disposeData', (_, [dataId, isForced]) =>
    isForced === true ? apply(set, growth, [dataId, 0]) : grow(dataId, -1),
  );
  // no other backend can replace it
  for (const name of ['backend', 'backendInstance'])
    defineProperty(engine, name, { get: () => backend, set: () => undefined, configurable: false });

  const left = (): number => {
    let sum = 0;
    apply(forEach, growth, [(grown: number) => (sum += grown > 0 ? grown : 0)]);
    return sum;
  };
  const start: StartCount = (inputs) => {
    growth = new BoundMap<unknown, number>();
    for (const name in inputs) grow(inputs[name]!.dataId, 0);
    return (returned) => {
      for (const name in returned) {
        const { dataId } = returned[name]!;
        const grown = grownBy(dataId);
        // data that this backend does not know were made by another one, uncounted
        if (grown === undefined) grow(dataId, 1);
        else if (grown > 0) grow(dataId, -1);
      }
      return left();
    };
  };
  return { start, left };
}
