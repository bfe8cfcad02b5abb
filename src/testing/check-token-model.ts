import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkGradientsRegistered } from '../gradients/check-registered.js';
import { checkRandom } from '../random/check-random.js';
import type { RandomStream } from '../random/index.js';
import { checkBoolean, checkInt, checkInteger, checkRecord, checkResult } from '../tensor/checks.js';
import { outOfRange, unusable } from '../tensor/errors.js';
import { readOptions } from '../tensor/options.js';
import type { TokenModel } from '../tokens/index.js';
import { checkNoLeaks } from './check-no-leaks.js';
import { readNumbers } from './independent-rows.js';
import { checkReadingOrder } from './check-reading-order.js';
import { compareVariableSlopes, gradientRules, type GradientOptions } from './slopes.js';

/** What {@link checkTokenModel} needs besides the model. */
export interface TokenModelCheck extends GradientOptions {
  /** Sequences that the model accepts, int32 `[n, length]`: at least two rows. */
  readonly indices: Tensor;
  /** The stream of estimates and samples. */
  readonly random: RandomStream;
  /** Whether `logProb` is exact; otherwise it is an estimate of a lower bound, which is averaged. True by default. */
  readonly exact?: boolean | undefined;
  /** The number of samples that are compared with the probabilities, if these are exact; default 20000. */
  readonly samples?: number | undefined;
  /** The number of estimates of each log-probability, if they are not exact; default 200. */
  readonly estimates?: number | undefined;
}

const WHERE = 'checkTokenModel';
/** The largest number of sequences of a model. */
const MAX_SEQUENCES = 4096;
/** Samples that are drawn at once. */
const CHUNK = 5000;

/**
 * Checks the laws of a {@link TokenModel}, by all of its sequences: their probabilities add up to 1, or to at most 1 if they are bounds;
 * samples occur as often as exact probabilities say, by a chi-square test, hold known tokens, and depend on the stream alone; sequences
 * are independent; the network of `createTokenModel` reads no later tokens, that of `createMaskedModel` not only earlier ones, also with
 * other weights; the gradients with respect to the variables agree with finite differences; no tensor leaks.
 *
 * @param model - ours or your own, with at most 4,096 sequences and few variables; it is left unchanged
 * @param options - see {@link TokenModelCheck}
 * @throws Error that says which law is broken, and where
 * @example
 * ```ts
 * const random = createRandom(1);
 * const size = { tokens: 3, length: 2 };
 * const model = createTokenModel(transformer({ ...size, width: 4, heads: 1, layers: 1, random }), size);
 * const indices = tf.tensor2d([[0, 2], [1, 1]], [2, 2], 'int32');
 * await checkTokenModel(model, { indices, random }); // passes
 * const doubled: TokenModel = { ...model, logProb: (x) => tf.tidy(() => tf.mul(2, model.logProb(x))) };
 * await checkTokenModel(doubled, { indices, random }); // throws
 * ```
 */
export async function checkTokenModel(model: TokenModel, options: TokenModelCheck): Promise<void> {
  checkRecord(WHERE, 'model', model, 'logProb sample', 'createTokenModel(...), createMaskedModel(...)');
  const read = readOptions(WHERE, options, {
    indices: checkInt,
    random: checkRandom,
    exact: { is: checkBoolean, default: true },
    samples: { is: checkInteger, default: 20000, least: 100 },
    estimates: { is: checkInteger, default: 200, least: 2 },
    ...gradientRules,
  });
  const { indices, random, exact, samples, estimates, ...tolerances } = read;
  checkInt(WHERE, 'indices', indices, [null, model.length]);
  checkGradientsRegistered(WHERE);
  const state = random.state();
  /** The same estimate at each call. */
  const logProb = (at: Tensor): Tensor => {
    random.restore(state);
    return model.logProb(at, { random });
  };

  await checkNoLeaks(async () => {
    const [values, drawn] = [logProb(indices), await model.sample(3, { random })];
    checkResult(WHERE, 'logProb(indices)', values, [indices.shape[0]], 'Sum over all places.');
    checkInt(WHERE, 'sample(n, options)', drawn, [3, model.length]);
    return [values, drawn];
  });
  await checkRows(logProb, indices);
  for (const [i, variable] of model.variables.entries())
    await compareVariableSlopes(WHERE, `variables[${i}]`, () => logProb(indices), variable, tolerances);
  await checkReadingOrder(WHERE, model, indices, random);
  const all = sequencesOf(model);
  const logs = await meanLogs(model, all, { random, estimates: exact ? 1 : estimates });
  checkTotal(logs, exact);
  const drawn = await draw(model, samples, random);
  if (exact) checkFrequencies(all, logs, drawn, model.length);
  else checkPossible(all, drawn, model.length);
  await checkKnown(model, indices, random);
  random.restore(state);
}

/** Makes all rows equal to the first one, which must keep its log-probability. */
async function checkRows(logProb: (at: Tensor) => Tensor, indices: Tensor): Promise<void> {
  const [before, after] = await Promise.all([
    readNumbers(() => logProb(indices)),
    readNumbers(() => logProb(tf.tile(tf.slice(indices, 0, 1), [indices.shape[0], 1]))),
  ]);
  if (Math.abs(before[0]! - after[0]!) <= 1e-4 + 1e-4 * Math.abs(before[0]!)) return;
  const rule = `must be ${before[0]} for row 0, whatever the other rows are`;
  throw unusable(WHERE, 'model.logProb', rule, { got: after[0] });
}

/** All sequences of a model, each a row of tokens, with -1 after its end. */
function sequencesOf({ tokens, length, end }: TokenModel): number[][] {
  let all: number[][] = [[]];
  for (let place = 0; place < length; place++) {
    all = all.flatMap((begin) => {
      const isOver = begin.at(-1) === -1 || (end !== undefined && begin.at(-1) === end);
      return isOver ? [[...begin, -1]] : Array.from({ length: tokens }, (_, token) => [...begin, token]);
    });
    if (all.length > MAX_SEQUENCES) {
      const fix = 'Check a model with fewer tokens or places.';
      throw outOfRange(WHERE, 'model', `must have at most ${MAX_SEQUENCES} sequences`, { got: tokens ** length, fix });
    }
  }
  return all;
}

/** The mean estimate of the log-probability of each sequence. */
async function meanLogs(
  model: TokenModel,
  all: readonly number[][],
  { random, estimates }: { readonly random: RandomStream; readonly estimates: number },
): Promise<number[]> {
  const indices = tf.tensor2d(all as number[][], [all.length, model.length], 'int32');
  try {
    const sums = new Array<number>(all.length).fill(0);
    for (let i = 0; i < estimates; i++) {
      const logs = await readNumbers(() => model.logProb(indices, { random }));
      logs.forEach((log, k) => (sums[k]! += log / estimates));
    }
    return sums;
  } finally {
    indices.dispose();
  }
}

function checkTotal(logs: readonly number[], exact: boolean): void {
  const total = logs.reduce((sum, log) => sum + Math.exp(log), 0);
  // the exponential of a mean estimate is a little too large on average
  if (exact ? Math.abs(total - 1) <= 1e-3 : total <= 1.01) return;
  const rule = exact
    ? 'must give all sequences the total probability 1'
    : 'must give all sequences at most the probability 1';
  throw unusable(WHERE, 'model.logProb', rule, { got: total });
}

async function draw(model: TokenModel, count: number, random: RandomStream): Promise<string[]> {
  const rows: string[] = [];
  const state = random.state();
  const next = async (n: number): Promise<string[]> => {
    const drawn = await model.sample(n, { random });
    const numbers = await drawn.data().finally(() => drawn.dispose());
    return Array.from({ length: n }, (_, i) => numbers.slice(i * model.length, (i + 1) * model.length).join());
  };
  while (rows.length < count) rows.push(...(await next(Math.min(CHUNK, count - rows.length))));
  random.restore(state);
  const again = await next(Math.min(CHUNK, count));
  const other = again.findIndex((row, i) => row !== rows[i]);
  if (other < 0) return rows;
  const rule = 'must draw the same sequences from the same state of the stream';
  throw unusable(WHERE, 'model.sample', rule, { seen: 'different ones' });
}

/** Counts of the samples by sequence; throws if one is impossible. */
function checkPossible(all: readonly number[][], drawn: readonly string[], length: number): Map<string, number> {
  const counts = new Map(all.map((row) => [row.join(), 0]));
  for (const row of drawn) {
    const count = counts.get(row);
    const rule = `must draw ${length} tokens, and -1 after the end of a sequence`;
    if (count === undefined) throw unusable(WHERE, 'model.sample', rule, { seen: row });
    counts.set(row, count + 1);
  }
  return counts;
}

/** Compares the counts of sequences with their probabilities; rare ones count together. */
function checkFrequencies(
  all: readonly number[][],
  logs: readonly number[],
  drawn: readonly string[],
  length: number,
): void {
  const counts = checkPossible(all, drawn, length);
  let [statistic, cells] = [0, 0];
  const rare = { expected: 0, count: 0 };
  const add = (expected: number, count: number): void => {
    statistic += (count - expected) ** 2 / expected;
    cells++;
  };
  all.forEach((row, i) => {
    const expected = Math.exp(logs[i]!) * drawn.length;
    const count = counts.get(row.join())!;
    if (expected >= 5) return add(expected, count);
    rare.expected += expected;
    rare.count += count;
  });
  if (rare.expected >= 5) add(rare.expected, rare.count);
  const freedom = Math.max(1, cells - 1);
  // five standard deviations of a chi-square
  const limit = freedom + 5 * Math.sqrt(2 * freedom) + 10;
  if (statistic <= limit) return;
  const rule = `must be drawn as often as logProb says: a chi-square of at most ${limit.toFixed(1)}`;
  throw unusable(WHERE, 'model.sample', rule, { got: statistic });
}

/** Known tokens must be kept: here the first of each sequence. */
async function checkKnown(model: TokenModel, indices: Tensor, random: RandomStream): Promise<void> {
  const given = Array.from(await indices.data());
  const rows = indices.shape[0];
  const known = tf.tensor2d(
    given.map((token, i) => (i % model.length === 0 ? token : -1)),
    [rows, model.length],
    'int32',
  );
  try {
    const drawn = await model.sample(rows, { random, known });
    const numbers = await drawn.data().finally(() => drawn.dispose());
    const wrong = Array.from({ length: rows }, (_, row) => row * model.length).find((i) => numbers[i] !== given[i]);
    if (wrong === undefined) return;
    const rule = `must keep the known token ${given[wrong]} of row ${wrong / model.length}`;
    throw unusable(WHERE, 'model.sample', rule, { got: numbers[wrong] });
  } finally {
    known.dispose();
  }
}
