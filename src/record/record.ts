import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { partNames } from '../nets/part-names.js';
import { checkRandom } from '../random/check-random.js';
import { createRandom, type RandomStream } from '../random/index.js';
import { checkAlive, checkBackend } from '../tensor/checks.js';
import { checkFunction, checkObject } from '../tensor/plain-checks.js';
import { nested, readOptions } from '../tensor/options.js';
import { savedVariables, type Trainer } from '../training/trainer/trainer.js';
import { readInputs, type InputSpec } from './inputs.js';
import { namedOf, type Recorded } from './named-of.js';
import { inOwnBuffers } from './own-buffers.js';
import { recordCalls } from './record-calls.js';
import type { Recording } from './recording.js';

/** Options of {@link record}. */
export interface RecordOptions<Name extends string = string> {
  /**
   * The inputs by name: a tensor, or its shape and type, float32 by default. A size of null is free; the first axis is then named `batch`, the others `height`, `width`
   * or `length` by the number of axes. A free size has a name in its stead if it is called something else.
   */
  readonly inputs: Readonly<Record<Name, InputSpec>>;
  /** What the function draws from; each draw becomes an input; none by default. Its state is the same afterwards. */
  readonly random?: RandomStream | undefined;
  /** A part or a trainer whose variables stay variables in the recording; none by default: then all are constants. */
  readonly state?: Part | Trainer | undefined;
}

/**
 * Records the operations that a function runs, so that they can be printed for another program: see `saveOnnx` of `/onnx`.
 *
 * The function runs several times, with numbers that mean nothing: convolutions give zeros. What it computes must depend on neither
 * its numbers nor the host. It may be async; nothing else may run on the backend meanwhile.
 *
 * @param fn - gets tensors by the names of `inputs`, and a stream; it must not dispose them
 * @param options - see {@link RecordOptions}
 * @returns the recording: no tensor, backend or variable changes
 * @throws Error if the function reads numbers on the host, does something else at the next call, runs an operation that a recording cannot
 *   have, or depends on a free size in another way than by sums of products; TypeError if an option is wrong
 * @example
 * ```ts
 * const recording = await record(({ x }) => tf.mul(x, 2), { inputs: { x: { shape: [null, 3] } } });
 * console.log(recording.nodes.map(({ operation }) => operation)); // Multiply
 * ```
 */
export async function record<Name extends string>(
  fn: (inputs: Readonly<Record<Name, Tensor>>, random: RandomStream) => Recorded | Promise<Recorded>,
  options: RecordOptions<Name>,
): Promise<Recording> {
  const where = 'record';
  checkBackend(where);
  checkFunction(where, 'fn', fn);
  const read: RecordOptions = options;
  const { inputs, random, state } = readOptions(where, read, {
    inputs: checkObject,
    random: { is: checkRandom, default: undefined },
    state: nested,
  });
  return recordFunction(where, 'fn', {
    fn,
    inputs,
    random,
    state,
    fixed: 'Fix the sizes, such as { shape: [8, 2] }, if they are to stay.',
  });
}

/** What is recorded, and what to do if a free size has to be fixed. */
export interface RecordedFunction<Name extends string> extends RecordOptions<Name> {
  readonly fn: (inputs: Readonly<Record<Name, Tensor>>, random: RandomStream) => Recorded | Promise<Recorded>;
  readonly fixed: string;
}

/** {@link record} for the public function `where`. */
export async function recordFunction<Name extends string>(
  where: string,
  argument: string,
  { fn, inputs, random = createRandom(0), state, fixed }: RecordedFunction<Name>,
): Promise<Recording> {
  const specs = readInputs(where, inputs);
  const variables = namedVariables(state);
  checkAlive(where, 'state', Object.values(variables));
  const before = random.state();
  return inOwnBuffers(variables, (putBack) =>
    recordCalls({
      where,
      argument,
      same: 'Let neither the host nor the numbers decide what is computed.',
      fixed,
      free: specs.free,
      restart: () => {
        putBack();
        random.restore(before);
      },
      inputsFor: specs.tensorsFor,
      run: (given) => namedOf(where, fn(given, random)),
      state: variables,
      places: state && !isTrainer(state) ? placesIn(state) : {},
    }),
  );
}

/** The variables of a part by the names of `saveWeights`, or those of a trainer by the names of a checkpoint. */
function namedVariables(state: Part | Trainer | undefined): Readonly<Record<string, Variable>> {
  if (state === undefined) return {};
  if (isTrainer(state)) return state.state.variables;
  return Object.fromEntries(savedVariables(state).map((variable, i) => [String(i), variable]));
}

function isTrainer(state: Part | Trainer): state is Trainer {
  return 'step' in state;
}

function placesIn(part: Part): Readonly<Record<string, string>> {
  const names = partNames(part);
  return Object.fromEntries(savedVariables(part).map((variable, i) => [String(i), names.get(variable)?.[0] ?? '']));
}
