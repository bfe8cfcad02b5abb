import * as tf from '@tensorflow/tfjs-core';
import type { NamedTensorMap, Tensor, Variable } from '@tensorflow/tfjs-core';
import { mendSaved } from '../gradients/mend-saved.js';
import { isOurs, unusable } from '../tensor/errors.js';
import { finish } from './finish.js';
import { isRecordable } from './operations.js';
import { areAlike, checkAlike, isEqual, OTHER_OPERATIONS, unify, type Refuse } from './unify.js';
import type { Recording } from './recording.js';
import { simplify } from './simplify.js';
import { combinationsOf, type FreeSize, type Sizes } from './sizes.js';
import { trace, type Trace } from './trace.js';

/** What is recorded. */
export interface Calls {
  /** The public function that errors name, and its argument that holds the function to be recorded. */
  readonly where: string;
  readonly argument: string;
  /** What to do if two calls run different operations. */
  readonly same: string;
  /** What to do if something depends on a free size in another way. */
  readonly fixed: string;
  /** Where inputs are free. */
  readonly free: readonly (readonly FreeSize[])[];
  /** Puts everything back as it was before the first call. */
  readonly restart: () => void;
  /** Ways to other calls, after a call, in which numbers of the host that rarely change are others; none by default. */
  readonly others?: readonly (() => void)[] | undefined;
  /** Makes the inputs of a call; the caller owns them. */
  readonly inputsFor: (sizes: Sizes) => Record<string, Tensor>;
  readonly run: (inputs: Readonly<Record<string, Tensor>>) => NamedTensorMap | Promise<NamedTensorMap>;
  readonly state: Readonly<Record<string, Variable>>;
  /** The place of each variable in its part, as the names of nodes have it. */
  readonly places: Readonly<Record<string, string>>;
  /** Called at the end, with the names of numbers of the host by their places among the leaves of a call; then everything is put back. */
  readonly follow?: ((recording: Recording, host: ReadonlyMap<number, string>) => Promise<void>) | undefined;
}

/** Where a recording that has not ended is noted, on tfjs's engine: two would note the operations of each other. */
const RUNNING = Symbol.for('tfjs-generative: recording');

/**
 * Records a function: once for each combination of free sizes, and once more, because constants that differ between two calls are numbers
 * of the host.
 */
export async function recordCalls(calls: Calls): Promise<Recording> {
  const [usual, ...others] = calls.free as [readonly FreeSize[], ...(readonly FreeSize[])[]];
  const engine = tf.engine() as { [RUNNING]?: boolean };
  if (engine[RUNNING]) {
    const fix = 'Await the other one first.';
    throw unusable(calls.where, calls.argument, 'must be recorded by itself', { seen: 'another recording', fix });
  }
  engine[RUNNING] = true;
  try {
    return await recordWith(calls, usual);
  } catch (error) {
    // the further sizes are all even: they would not show what else depends on a size
    if (!isOurs(error) || error.message.includes(OTHER_OPERATIONS)) throw error;
    for (const free of others) {
      const recording = await recordWith(calls, free).catch(() => undefined);
      if (recording) return recording;
    }
    throw error;
  } finally {
    engine[RUNNING] = false;
  }
}

async function recordWith(calls: Calls, free: readonly FreeSize[]): Promise<Recording> {
  const { where, argument, restart, inputsFor, run, state, same, fixed } = calls;
  const refuse = (rule: string, seen: string, fix: string): never => {
    throw unusable(where, argument, rule, { seen, fix });
  };
  const traceOnce = async (sizes: Sizes): Promise<Trace> => {
    const inputs = inputsFor(sizes);
    return await trace({
      run: () => run(inputs),
      inputs,
      state,
      checkOperation: (name) => {
        if (!isRecordable(name)) refuse('must consist of operations that a recording can have', name, OTHERS);
      },
      refuseRead: () =>
        refuse('must not read numbers that depend on its inputs', 'a read', 'Record what comes before it.'),
    }).finally(() => tf.dispose(inputs));
  };
  const [first, ...others] = combinationsOf(free) as [Sizes, ...Sizes[]];
  const traces: Trace[] = [];
  // it replaces a method of the engine for good, which must not happen during a call
  mendSaved();
  const repaired = tf.getGradient('Maximum');
  try {
    restart();
    traces.push(await traceOnce(first));
    // the first penalty of a program replaces gradients of tfjs in the middle of a call
    if (tf.getGradient('Maximum') !== repaired) {
      restart();
      traces[0] = await traceOnce(first);
    }
    const again = await traceOnce(first);
    const further: Trace[] = [];
    for (const go of calls.others ?? []) {
      go();
      const trace = await traceOnce(first).catch(() => undefined);
      if (trace && areAlike([traces[0]!, trace])) further.push(trace);
    }
    for (const sizes of others) {
      restart();
      traces.push(await traceOnce(sizes));
    }
    const refuseOther = (what: string, found: readonly (number | string)[]): never =>
      refuse('must do the same at each call', `${what}: ${found.join(', ')}`, same);
    checkAlike([traces[0]!, again], refuseOther);
    for (const other of [again, ...further]) checkAttributes(traces[0]!, other, refuseOther);
    const names = free.map(({ name }) => name).join(', ');
    const host = hostNumbers(traces[0]!, [again, ...further]);
    const draft = unify(traces, host, free, (what, found) =>
      refuse(`must depend on free sizes (${names}) by sums and products`, `${what}: ${found.join(', ')}`, fixed),
    );
    const recording = finish(simplify(draft), free, calls.places);
    if (calls.follow) {
      restart();
      await calls.follow(recording, host);
    }
    return recording;
  } finally {
    restart();
  }
}

const OTHERS = 'Record what comes before it.';

/** Refuses attributes that the host chooses: a recording has them as numbers, not as inputs. */
function checkAttributes(one: Trace, other: Trace, refuse: Refuse): void {
  one.nodes.forEach(({ operation, attributes }, i) => {
    for (const [key, value] of Object.entries(attributes)) {
      const [a, b] = [value, other.nodes[i]!.attributes[key]].map((found) => JSON.stringify(found));
      if (a !== b) refuse(`\`${key}\` of ${operation}`, [a!, b!]);
    }
  });
}

/** The names of constants that differ between calls, by their places among the leaves; equal ones have the same name. */
function hostNumbers(one: Trace, others: readonly Trace[]): ReadonlyMap<number, string> {
  const names = new Map<string, string>();
  const found = new Map<number, string>();
  one.leaves.forEach(({ id, kind, data }, i) => {
    const next = others.map(({ leaves }) => leaves[i]!.data);
    if (kind !== 'constant' || next.every((numbers) => isEqual(data, numbers))) return;
    const { shape, dtype } = one.values[id]!;
    const key = [dtype, shape.join(), data.join(), ...next.map((numbers) => numbers.join())].join(' ');
    if (!names.has(key)) names.set(key, `host${names.size}`);
    found.set(i, names.get(key)!);
  });
  return found;
}
