import type { Tensor } from '@tensorflow/tfjs-core';
import type { Part } from '../nets/network.js';
import { checkRandom } from '../random/check-random.js';
import { createRandom, type RandomStream } from '../random/index.js';
import { checkBackend } from '../tensor/checks.js';
import { checkFunction, checkObject } from '../tensor/plain-checks.js';
import { nested, readOptions } from '../tensor/options.js';
import type { Trainer } from '../training/trainer/trainer.js';
import type { InputSpec } from './inputs.js';
import type { Recorded } from './named-of.js';
import { recordFunction } from './record-function.js';
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
    random: random ?? createRandom(0),
    state,
    fixed: 'Fix the sizes, such as { shape: [8, 2] }, if they are to stay.',
  });
}
