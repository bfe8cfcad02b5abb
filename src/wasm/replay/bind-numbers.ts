import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { heapOf } from '../heap/heap.js';
import type { Json } from '../../training/json.js';
import type { Binding } from './bind.js';
import type { Backend } from './facade.js';
import type { StepTrace } from './trace-step.js';

/** Gives a number to a plan, for the step after these counts. */
export type Setter = (plain: Json) => void;

/** A trace whose bound attributes can be set, and what makes the setters. */
export interface Bound {
  readonly trace: StepTrace;
  settersOf(backend: Backend, placeOf: (value: number) => TensorInfo | undefined): readonly Setter[];
}

type Attributes = Record<string, unknown>;

export function bindNumbers(trace: StepTrace, bindings: readonly Binding[]): Bound {
  const bound = new Set(bindings.flatMap(({ place }) => ('call' in place ? [place.call] : [])));
  const calls = trace.calls.map((call, i) =>
    bound.has(i) ? { ...call, isBound: true, attributes: copyOf(call.attributes) as NamedAttrMap } : call,
  );
  return {
    trace: { ...trace, calls },
    settersOf: (backend, placeOf) =>
      bindings.flatMap(({ place, source }): Setter[] => {
        if ('call' in place) {
          let owner = calls[place.call]!.attributes as unknown as Attributes;
          for (const name of place.path.slice(0, -1)) owner = owner[name] as Attributes;
          const last = place.path.at(-1)!;
          return [(plain) => void (owner[last] = source(plain))];
        }
        const info = placeOf(place.value);
        if (info === undefined) return [];
        const heap = heapOf(backend);
        const address = heap.addressOf(info);
        return [(plain) => heap.write(address, [bitsOf(source(plain))])];
      }),
  };
}

/** A copy of attributes, of which words of streams stay the same. */
function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyOf(one)]));
}

/** The bits of a number in float32, as an integer. */
function bitsOf(number: number): number {
  return new Int32Array(Float32Array.of(number).buffer)[0]!;
}
