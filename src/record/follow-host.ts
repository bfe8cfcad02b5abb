import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { RECORDER, type Recorder } from '../tensor/recorder.js';
import { hollowKernels, type HollowShapes } from './hollow-kernels.js';
import { holding } from './holding.js';
import { inMarks } from './in-marks.js';
import { inScope } from './in-scope.js';
import type { RecordedNumbers } from './recording.js';
import { numbersOfTensor, patchEngine, type PatchedEngine } from './patch-engine.js';

/** What the host gave to one call. */
export interface HostCall {
  /** The numbers that it chose, by the names of a recording's inputs. */
  readonly chosen: Readonly<Record<string, RecordedNumbers>>;
  /** The numbers that were drawn, in the order of a recording's draws. */
  readonly drawn: readonly RecordedNumbers[];
}

/** A call of which only the part of the host counts. */
export interface FollowedCall {
  readonly run: () => NamedTensorMap | Promise<NamedTensorMap>;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly state: Readonly<Record<string, Variable>>;
  /** The names of the numbers of the host, by their places among the leaves of a trace. */
  readonly host: ReadonlyMap<number, string>;
  /** The kernels of such calls, which a first call fills. */
  readonly shapes: HollowShapes;
  /** Whether the numbers of draws are wanted. */
  readonly withDraws: boolean;
}

/**
 * Runs a call again without its arithmetic: kernels give values of the right shapes and no numbers, so that what the host draws and chooses
 * is found at a fraction of the cost. It counts leaves as a trace does.
 */
// oxlint-disable-next-line max-lines-per-function -- closures over what is noted
export async function followHost(call: FollowedCall): Promise<HostCall> {
  const engine = tf.engine() as unknown as PatchedEngine & { [RECORDER]?: Recorder | undefined };
  const hollow = hollowKernels(engine, call.shapes);
  const known = new WeakMap<object, Set<string>>();
  let leaves = 0;
  let depth = 0;
  const kept: { readonly name?: string; readonly held: Tensor }[] = [];
  const keyOf = ({ shape, dtype }: Tensor): string => `${dtype}${shape.join()}`;
  const bind = (tensor: Tensor): void => {
    if (!known.has(tensor.dataId)) known.set(tensor.dataId, new Set());
    known.get(tensor.dataId)!.add(keyOf(tensor));
  };
  const leaf = (tensor: Tensor, name?: string, isDraw = false): void => {
    const given = name ?? call.host.get(leaves);
    leaves++;
    bind(tensor);
    if (given !== undefined) kept.push({ name: given, held: holding(tensor) });
    else if (isDraw && call.withDraws) kept.push({ held: holding(tensor) });
  };
  const see = (tensor: Tensor): void => {
    if (!hollow.isHollow(tensor) && !known.get(tensor.dataId)?.has(keyOf(tensor))) leaf(tensor);
  };
  for (const tensor of [...Object.values(call.inputs), ...Object.values(call.state)]) leaf(tensor);
  const aside = <T>(work: () => T): T => {
    depth++;
    try {
      return work();
    } finally {
      depth--;
    }
  };
  const { runKernelFunc, read, readSync } = engine;
  const putBack = patchEngine(engine, {
    runKernel(name, given, attributes) {
      if (depth === 0) for (const tensor of Object.values(given)) if (tensor != null) see(tensor);
      const results = aside(() => hollow.run(name, given, attributes));
      for (const result of [results].flat()) if (!hollow.isHollow(result)) bind(result);
      return results;
    },
    runKernelFunc(given) {
      const result = runKernelFunc.call(this, given);
      // as a trace sees a stop of gradients
      if (depth === 0 && given.forwardFunc && Array.isArray(given.inputs) && given.inputs.length === 0)
        for (const one of [result].flat()) see(one);
      return result;
    },
    read: (dataId) => read.call(engine, hollow.checkRead(dataId)),
    readSync: (dataId) => readSync.call(engine, hollow.checkRead(dataId)),
  });
  engine[RECORDER] = {
    draw: (numbers) => leaf(numbers, undefined, true),
    chosen: leaf,
    together: (gradients) => {
      gradients.forEach(see);
    },
    operation: inMarks((_, given, __, compute) => {
      for (const tensor of Object.values(given)) see(tensor);
      return aside(compute);
    }),
  };
  try {
    tf.dispose(await inScope(call.run));
  } finally {
    engine[RECORDER] = undefined;
    putBack();
    hollow.end();
  }
  try {
    const numbers = await Promise.all(
      kept.map(async ({ name, held }) => ({ name, data: await numbersOfTensor(held) })),
    );
    return {
      chosen: Object.fromEntries(
        numbers.flatMap(({ name, data }) => (name === undefined ? [] : [[name, data] as const])),
      ),
      drawn: numbers.flatMap(({ name, data }) => (name === undefined ? [data] : [])),
    };
  } finally {
    for (const { held } of kept) held.dispose();
  }
}
