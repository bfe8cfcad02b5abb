import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Json } from '../../training/json.js';
import type { Binding } from './bind.js';
import { bindNumbers } from './bind-numbers.js';
import type { Backend } from './facade.js';
import { jobsOf, type Work } from './jobs-of.js';
import { takeMemory } from './memory.js';
import { createMoves } from './moves.js';
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
  const { backend, variables, inputs: first, bindings, draws, wordsAfter } = planned;
  const { trace, settersOf } = bindNumbers(planned.trace, bindings);
  const calls = prune(trace);
  const words = [...new Set(calls.flatMap((call) => wordsOf(call) ?? []))];
  const drawn = draws.map((draw) => draw.drawn);
  const outside = trace.outside.map((variable) => ({ variable, dataId: variable.dataId }));
  const memory = takeMemory({ backend, variables, trace, calls });
  const moves = createMoves(backend, variables, trace, memory);
  /** Finds the jobs of a side by running them, from numbers that both buffers then have again. */
  const worksOf = (side: number): readonly Work[] => {
    const putBack = keepStreams(words, drawn);
    moves.setInputs(first, side);
    try {
      const host = draws.map((draw) => ({ at: draw.drawn.at, work: workOfDraw(backend, memory, draw) }));
      const works = jobsOf({ backend, memory, trace, calls, host }, side);
      if (wordsAfter && !hasMovedTo(wordsAfter, words, drawn)) throw new Error('the host draws numbers for it');
      return works;
    } finally {
      putBack();
      moves.copyOver(side);
    }
  };
  let sides: readonly (readonly Work[])[];
  try {
    moves.settle(0);
    sides = [worksOf(0), worksOf(1)];
  } catch (error) {
    memory.free();
    throw error;
  }
  const setters = settersOf(backend, (value) => memory.placeOf(value, 0));
  let side = 0;

  return {
    run(inputs, plain) {
      // another tensor with these numbers would change, too; or one that the step reads has changed
      if (!moves.isFree(side) || outside.some(({ variable, dataId }) => variable.dataId !== dataId)) return undefined;
      moves.settle(side);
      const putBack = keepStreams(words, drawn);
      let metrics: Record<string, Scalar> = {};
      try {
        metrics = moves.makeMetrics();
        moves.setInputs(inputs, side);
        if (setters.length > 0) for (const set of setters) set(plain());
        moves.prepare(side);
        for (const work of sides[side]!) work();
      } catch (error) {
        putBack();
        tf.dispose(metrics);
        return error instanceof UnusualDraw ? 'unusual' : undefined;
      }
      moves.finish(side, metrics);
      side = 1 - side;
      return metrics;
    },
    free: memory.free,
  };
}

/** Whether the streams that a plan draws from include one with these words. */
function hasMovedTo(expected: readonly number[], words: readonly Int32Array[], drawn: readonly TracedDraw[]): boolean {
  const all = [
    ...words.map((one) => Array.from(one, (word) => word >>> 0)),
    ...drawn.map(({ random }) => random.state().words),
  ];
  return all.some((one) => one.every((word, i) => word === expected[i]));
}
