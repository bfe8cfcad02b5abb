import * as tf from '@tensorflow/tfjs-core';
import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkExamples, checkResult } from '../tensor/checks.js';
import { unusable } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import { checkQuantizer as checkMembers, type Quantizer } from '../tokens/quantizers/quantizer.js';
import { savedVariables } from '../training/trainer/trainer.js';
import { checkNoLeaks } from './check-no-leaks.js';
import { checkRowsIndependent, readNumbers } from './independent-rows.js';
import { connected } from './slopes.js';

/** What {@link checkQuantizer} needs besides the quantizer. */
export interface QuantizerCheck {
  /** Vectors, float32 `[batch, ..., size]`: at least two examples. */
  readonly h: Tensor;
  /** The stream for passes in training. */
  readonly random: RandomStream;
}

const WHERE = 'checkQuantizer';
/** The largest number of codes of which all are compared. */
const MAX_COMPARED = 2 ** 16;

/**
 * Checks the laws of a {@link Quantizer}: shapes are right; each index belongs to one code, and each code to its index; vectors are
 * replaced by codes; examples are independent; a gradient reaches the vectors; variables and buffers change only in training, once per
 * update, the same way from the same state of the stream, and not by a vector with NaN, which gets no code; no tensor leaks.
 *
 * @param quantizer - ours or your own; it is left unchanged
 * @param options - see {@link QuantizerCheck}
 * @throws Error that says which law is broken, and where
 * @example
 * ```ts
 * const random = createRandom(1);
 * const quantizer = finiteScalarQuantizer({ levels: [4, 4] });
 * await checkQuantizer(quantizer, { h: random.normal([3, 5, 2]), random }); // passes
 * const shifted: Quantizer = { ...quantizer, lookUp: (indices) => tf.tidy(() => tf.add(quantizer.lookUp(indices), 0.5)) };
 * await checkQuantizer(shifted, { h: random.normal([3, 5, 2]), random }); // throws
 * ```
 */
export async function checkQuantizer(quantizer: Quantizer, options: QuantizerCheck): Promise<void> {
  checkMembers(WHERE, 'quantizer', quantizer);
  const { h, random } = readOptions(WHERE, options, { h: checkExamples, random: checkRandom });
  checkGradientsRegistered(WHERE);
  const state = random.state();
  await checkNoLeaks(() => resultsOf(quantizer, h));
  await checkCodes(quantizer);
  await checkMoves(quantizer, h, random);
  await checkReplaced(quantizer, h);
  const z = (at: Tensor): Tensor => tf.reshape(quantizer.quantize(at).z, [at.shape[0], -1]);
  await checkRowsIndependent(WHERE, 'quantizer.quantize', (at) => tf.sum(tf.mul(z(at), weightsOf(z(at))), 1), [h]);
  await checkGradient(quantizer, h);
  await checkNaN(quantizer, h, random);
  random.restore(state);
}

/** The results of all members, with checked shapes. */
function resultsOf(quantizer: Quantizer, h: Tensor): Tensor[] {
  const { size } = quantizer;
  const places = h.shape.slice(0, -1);
  const { z, indices, penalty } = quantizer.quantize(h);
  checkResult(WHERE, 'quantize(h).z', z, [...places, size]);
  checkIndices('quantize(h).indices', indices, places);
  if (penalty !== undefined) checkResult(WHERE, 'quantize(h).penalty', penalty, [places[0]!], 'Sum over all places.');
  const [codes, found] = [quantizer.lookUp(indices), quantizer.indicesOf(z)];
  checkResult(WHERE, 'lookUp(indices)', codes, [...places, size]);
  checkIndices('indicesOf(z)', found, places);
  return [z, indices, codes, found, ...(penalty ? [penalty] : [])];
}

function checkIndices(argument: string, indices: Tensor, shape: readonly number[]): void {
  checkResult(WHERE, argument, indices, shape);
  if (indices.dtype !== 'int32') throw unusable(WHERE, argument, 'must be int32', { got: indices.dtype });
}

/** Each index must be that of its code, and codes must be finite. */
async function checkCodes(quantizer: Quantizer): Promise<void> {
  const count = Math.min(quantizer.codes, MAX_COMPARED);
  const all = (): Tensor => tf.cast(tf.range(0, count), 'int32');
  const found = await readNumbers(() => quantizer.indicesOf(quantizer.lookUp(all())));
  const wrong = found.findIndex((index, i) => index !== i);
  if (wrong < 0) return;
  throw unusable(WHERE, 'quantizer.indicesOf(lookUp(i))', `must be ${wrong} for the index ${wrong}`, {
    got: found[wrong],
    fix: 'No two codes may be equal.',
  });
}

/** The results must be codes, and the indices theirs. */
async function checkReplaced(quantizer: Quantizer, h: Tensor): Promise<void> {
  const [z, codes, indices, found] = await Promise.all([
    readNumbers(() => quantizer.quantize(h).z),
    readNumbers(() => quantizer.lookUp(quantizer.quantize(h).indices)),
    readNumbers(() => quantizer.quantize(h).indices),
    readNumbers(() => quantizer.indicesOf(quantizer.quantize(h).z)),
  ]);
  const outside = indices.find((index) => !(index >= 0 && index < quantizer.codes));
  if (outside !== undefined) {
    throw unusable(WHERE, 'quantize(h).indices', `must be in 0 ... ${quantizer.codes - 1}`, { got: outside });
  }
  const other = z.findIndex((number, i) => !(Math.abs(number - codes[i]!) <= 1e-5 + 1e-5 * Math.abs(number)));
  if (other >= 0) {
    const rule = `must be the code of its index, which has ${codes[other]} as number ${other}`;
    throw unusable(WHERE, 'quantize(h).z', rule, { got: z[other] });
  }
  const wrong = found.findIndex((index, i) => index !== indices[i]);
  if (wrong < 0) return;
  throw unusable(WHERE, 'indicesOf(z)', `must be ${indices[wrong]} for the code of vector ${wrong}`, {
    got: found[wrong],
  });
}

/** The gradient must be finite, and not 0. */
async function checkGradient(quantizer: Quantizer, h: Tensor): Promise<void> {
  const gradient = await readNumbers(() =>
    tf.grad((at) => {
      const { z } = quantizer.quantize(at);
      return connected(tf.sum(tf.mul(z, weightsOf(z))), at);
    })(h),
  );
  if (gradient.every(Number.isFinite) && gradient.some((number) => number !== 0)) return;
  const seen = gradient.every((number) => number === 0) ? 'zeros' : 'NaN or infinity';
  const fix = 'Pass the gradient straight through the rounding: z = y + stopGradient(z - y).';
  throw unusable(WHERE, 'quantize(h).z', 'must have a gradient with respect to h', { seen, fix });
}

/** Numbers change only in training, by the first pass of an update, as the stream determines. */
async function checkMoves(quantizer: Quantizer, h: Tensor, random: RandomStream): Promise<void> {
  const expectUnchanged = async (when: string, work: () => void): Promise<void> => {
    const changed = await changedBy(quantizer, work);
    if (changed === undefined) return;
    throw unusable(WHERE, `${changed.name}`, `must not change ${when}`, { seen: 'other numbers' });
  };
  await expectUnchanged('outside training', () => {
    quantizer.quantize(h);
    quantizer.quantize(h, { training: false, random });
  });
  const other = tf.tidy(() => tf.add(tf.mul(2, h), 1));
  const state = random.state();
  const update = (passes: readonly Tensor[]) => () => {
    random.restore(state);
    tf.grad((at) => {
      const sums = passes.map((rows, i) =>
        tf.sum(quantizer.quantize(i === 0 ? at : rows, { training: true, random }).z),
      );
      return connected(tf.addN(sums), at);
    })(passes[0]!);
  };
  try {
    const once = await numbersAfter(quantizer, update([h]));
    const again = await numbersAfter(quantizer, update([h]));
    const twice = await numbersAfter(quantizer, update([h, other]));
    for (const [numbers, rule] of [
      [again, 'must change the same way from the same state of the stream'],
      [twice, 'must not change by a second pass of an update'],
    ] as const) {
      const place = once.findIndex((list, i) => list.some((number, j) => !Object.is(number, numbers[i]![j])));
      if (place >= 0) throw unusable(WHERE, nameOf(quantizer, place), rule, { seen: 'other numbers' });
    }
  } finally {
    other.dispose();
  }
}

/** A vector with NaN must give a z with NaN, no index of a code, and must move nothing. */
async function checkNaN(quantizer: Quantizer, h: Tensor, random: RandomStream): Promise<void> {
  const numbers = Float32Array.from(await h.data());
  numbers[0] = NaN;
  const broken = tf.tensor(numbers, h.shape, 'float32');
  try {
    const z = await readNumbers(() => quantizer.quantize(broken).z);
    if (!z.slice(0, quantizer.size).some(Number.isNaN)) {
      throw unusable(WHERE, 'quantize(h).z', 'must be NaN for a vector with NaN', { got: z[0] });
    }
    const [index] = await readNumbers(() => quantizer.quantize(broken).indices);
    if (index! >= 0 && index! < quantizer.codes) {
      throw unusable(WHERE, 'quantize(h).indices', 'must not be that of a code for a vector with NaN', { got: index });
    }
    const changed = await changedBy(quantizer, () => quantizer.quantize(broken, { training: true, random }));
    if (changed === undefined) return;
    throw unusable(WHERE, changed.name, 'must not change by a vector with NaN', { seen: 'other numbers' });
  } finally {
    broken.dispose();
  }
}

/** The first variable that the work changes; all are restored. */
async function changedBy(quantizer: Quantizer, work: () => void): Promise<{ readonly name: string } | undefined> {
  const before = await numbersAfter(quantizer, () => undefined);
  const after = await numbersAfter(quantizer, work);
  const place = before.findIndex((list, i) => list.some((number, j) => !Object.is(number, after[i]![j])));
  return place < 0 ? undefined : { name: nameOf(quantizer, place) };
}

/** The numbers of all variables and buffers after the work; then they are restored. */
async function numbersAfter(quantizer: Quantizer, work: () => void): Promise<number[][]> {
  const all: readonly Variable[] = savedVariables(quantizer);
  const kept = all.map((variable) => tf.tidy(() => tf.clone(variable)));
  try {
    tf.tidy(work);
    return await Promise.all(all.map(async (variable) => Array.from(await variable.data())));
  } finally {
    all.forEach((variable, i) => variable.assign(kept[i]!));
    tf.dispose(kept);
  }
}

function nameOf({ variables }: Quantizer, place: number): string {
  return place < variables.length ? `quantizer.variables[${place}]` : `quantizer.buffers[${place - variables.length}]`;
}

/** Different weights for each number of an example, so that errors do not cancel in a sum. */
function weightsOf(z: Tensor): Tensor {
  const [, ...rest] = z.shape;
  return tf.reshape(tf.sin(tf.add(1, tf.range(0, z.size / z.shape[0]))), [1, ...rest]);
}
