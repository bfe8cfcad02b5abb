import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../../training/json.js';
import type { Binding } from './bind.js';
import { bindNumbers } from './bind-numbers.js';
import type { Backend } from './facade.js';
import { jobsOf, type Work } from './jobs-of.js';
import { bytesIn, forgetCopies, takeMemory } from './memory.js';
import { prune, wordsOf } from './prune.js';
import { keepStreams, UnusualDraw, workOfDraw, type DrawWithTables } from './draws.js';
import type { StepTrace, TracedDraw } from './trace-step.js';

/** A step as a list of jobs. */
export interface Plan {
  /** Makes the step with the numbers of these inputs. If it cannot, nothing has changed; after an `unusual` step it can make others. */
  run(inputs: readonly Tensor[], plain: () => Json): Record<string, Scalar> | 'unusual' | undefined;
  free(): void;
}

/** What {@link makePlan} needs. */
export interface Planned {
  readonly backend: Backend;
  readonly variables: readonly Variable[];
  readonly inputs: readonly Tensor[];
  readonly trace: StepTrace;
  readonly bindings: readonly Binding[];
  /** A draw on the host, if there is one. */
  readonly draws: readonly DrawWithTables[];
  /** The words of the trainer's stream after a step; undefined if a step does not draw from it. */
  readonly wordsAfter: readonly number[] | undefined;
}

/** Plans a step; throws if the heap has no room. The variables get other buffers, with the same numbers. */
export function makePlan(planned: Planned): Plan {
  const { backend, variables, inputs: first, trace: unbound, bindings, draws, wordsAfter } = planned;
  const { trace, settersOf } = bindNumbers(unbound, bindings);
  const calls = prune(trace);
  const words = [...new Set(calls.flatMap((call) => wordsOf(call) ?? []))];
  const drawn = draws.map((draw) => draw.drawn);
  const inOldState = keepStreams(words, drawn);
  const memory = takeMemory({ backend, variables, trace, calls });
  const { buffers, placeOf, copies } = memory;
  let side = 0;
  let sides: readonly (readonly Work[])[];
  const pairs = buffers.filter(([one, other]) => one !== other);
  const copy = (from: TensorInfo, to: TensorInfo): void => bytesIn(backend, to).set(bytesIn(backend, from));
  const settle = (): void => {
    variables.forEach((variable, i) => {
      const buffer = buffers[i]![side]!;
      if (variable.dataId === buffer.dataId) return;
      forgetCopies(backend, buffer);
      copy(variable, buffer);
      variable.assign(buffer as Tensor);
    });
  };
  const setInputs = (inputs: readonly Tensor[]): void =>
    inputs.forEach((input, i) => {
      const place = placeOf(variables.length + i, side);
      if (place) copy(input, place);
    });
  /** Finds the jobs of a side by running them, from numbers that both buffers then have again. */
  const worksOf = (one: number): readonly Work[] => {
    setInputs(first);
    try {
      const host = draws.map((draw) => ({ at: draw.drawn.at, work: workOfDraw(backend, memory, draw) }));
      const works = jobsOf({ backend, memory, trace, calls, host }, one);
      if (wordsAfter && !hasMovedTo(wordsAfter, words, drawn)) throw new Error('the host draws numbers for it');
      return works;
    } finally {
      inOldState();
      for (const pair of pairs) copy(pair[one]!, pair[1 - one]!);
    }
  };
  try {
    settle();
    sides = [worksOf(0), worksOf(1)];
  } catch (error) {
    inOldState();
    memory.free();
    throw error;
  }
  const setters = settersOf(backend, (value) => placeOf(value, 0));
  const metricsOf = Object.entries(trace.metrics);

  return {
    run(inputs, plain) {
      const next = 1 - side;
      // another tensor with these numbers would change, too
      if (pairs.some((pair) => backend.refCount(pair[next]!.dataId) > 1)) return undefined;
      settle();
      const back = keepStreams(words, drawn);
      const metrics: Record<string, Scalar> = {};
      try {
        for (const [name, { shape, dtype }] of metricsOf) {
          const made = backend.makeOutput([...shape], dtype) as TensorInfo;
          metrics[name] = tf.engine().makeTensorFromTensorInfo(made) as Scalar;
        }
        setInputs(inputs);
        if (setters.length > 0) for (const set of setters) set(plain());
        for (const pair of pairs) forgetCopies(backend, pair[next]!);
        for (const work of sides[side]!) work();
      } catch (error) {
        back();
        tf.dispose(metrics);
        return error instanceof UnusualDraw ? 'unusual' : undefined;
      }
      for (const [name, { value }] of metricsOf) copy(placeOf(value, side)!, metrics[name]!);
      for (const [i, value] of copies) copy(placeOf(value, side)!, buffers[i]![next]!);
      variables.forEach((variable, i) => {
        const pair = buffers[i]!;
        if (pair[0] !== pair[1]) variable.assign(pair[next]! as Tensor);
      });
      side = next;
      return metrics;
    },
    free: memory.free,
  };
}

/** Whether the streams that a plan draws from include one with these words. */
function hasMovedTo(expected: readonly number[], words: readonly Int32Array[], drawn: readonly TracedDraw[]): boolean {
  const all = [...words.map((one) => Array.from(one, (word) => word >>> 0)), ...drawn.map(({ random }) => random.state().words)];
  return all.some((one) => one.every((word, i) => word === expected[i]));
}
