import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor, TensorInfo, Variable } from '@tensorflow/tfjs-core';
import type { Backend } from './facade.js';
import { bytesIn, forgetCopies, type PlanMemory } from './memory.js';
import type { StepTrace } from './trace-step.js';

/** How numbers get into the memory of a plan and out of it. */
export interface Moves {
  /** Puts the variables into their buffers of this side, with the same numbers. */
  settle(side: number): void;
  setInputs(inputs: readonly Tensor[], side: number): void;
  /** Whether nothing but the plan has the buffers that a step from this side writes. */
  isFree(side: number): boolean;
  /** Makes tensors for the metrics. */
  makeMetrics(): Record<string, Scalar>;
  /** Gives the results of a step from this side to the variables and metrics. */
  finish(side: number, metrics: Readonly<Record<string, Scalar>>): void;
  /** Copies the numbers in all buffers of this side into the others. */
  copyOver(side: number): void;
  /** Prepares the buffers that a step from this side writes. */
  prepare(side: number): void;
}

export function createMoves(
  backend: Backend,
  variables: readonly Variable[],
  trace: StepTrace,
  { buffers, placeOf, copies }: PlanMemory,
): Moves {
  const pairs = buffers.filter(([one, other]) => one !== other);
  const metricsOf = Object.entries(trace.metrics);
  const copy = (from: TensorInfo, to: TensorInfo): void => bytesIn(backend, to).set(bytesIn(backend, from));
  return {
    settle: (side) =>
      variables.forEach((variable, i) => {
        const buffer = buffers[i]![side]!;
        if (variable.dataId === buffer.dataId) return;
        forgetCopies(backend, buffer);
        copy(variable, buffer);
        variable.assign(buffer as Tensor);
      }),
    setInputs: (inputs, side) =>
      inputs.forEach((input, i) => {
        const place = placeOf(variables.length + i, side);
        if (place) copy(input, place);
      }),
    isFree: (side) => pairs.every((pair) => backend.refCount(pair[1 - side]!.dataId) === 1),
    makeMetrics: () =>
      Object.fromEntries(
        metricsOf.map(([name, { shape, dtype }]) => {
          const made = backend.makeOutput([...shape], dtype);
          return [name, tf.engine().makeTensorFromTensorInfo(made) as Scalar];
        }),
      ),
    finish(side, metrics) {
      for (const [name, { value }] of metricsOf) copy(placeOf(value, side)!, metrics[name]!);
      for (const [i, value] of copies) copy(placeOf(value, side)!, buffers[i]![1 - side]!);
      variables.forEach((variable, i) => {
        const pair = buffers[i]!;
        if (pair[0] !== pair[1]) variable.assign(pair[1 - side]! as Tensor);
      });
    },
    copyOver: (side) => pairs.forEach((pair) => copy(pair[side]!, pair[1 - side]!)),
    prepare: (side) => pairs.forEach((pair) => forgetCopies(backend, pair[1 - side]!)),
  };
}
