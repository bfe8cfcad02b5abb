import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { checkConditionRead, classesOf } from '../../nets/classes-of.js';
import { noCondition } from '../../nets/conditions/drop-condition.js';
import type { ApplyOptions } from '../../nets/network.js';
import { drawCategorical } from '../../operations/draw-categorical.js';
import { softmax } from '../../operations/softmax.js';
import { checkRandom } from '../../random/check-random.js';
import type { RandomStream } from '../../random/stream.js';
import { checkAlive, checkBoolean, checkFunction, checkInteger, checkNumber, checkWord } from '../../tensor/checks.js';
import { outOfRange, unusable, wrongKind } from '../../tensor/errors.js';
import { readTensor } from '../../tensor/lost-backend.js';
import { recorder } from '../../tensor/recorder.js';
import { oneHot } from '../../tensor/one-hot.js';
import { optional, readOptions, signalRule, type Rules } from '../../tensor/options.js';
import { checkCondition, checkLabels } from '../../training/data/batch.js';
import { atOnce, createPause } from '../../training/pause.js';
import type { TokenNetwork } from '../token-network.js';
import { readKnown, type SequenceSizes } from './read-known.js';
import type { TokenSampleOptions } from './sample-options.js';

/** What a sampler draws. */
export interface SamplePlan extends SequenceSizes {
  readonly network: TokenNetwork;
  readonly n: number;
  readonly random: RandomStream;
  /** The known tokens on the host, row by row, with -1 where the model fills in; undefined if there are none. */
  readonly known: Int32Array | undefined;
  /** Whether each sequence goes on after these places, 1 or 0; undefined if that is open. */
  readonly continues?: Uint8Array | undefined;
  /** The number of calls of the network that was requested. */
  readonly steps: number | undefined;
  /** Whether the first calls reveal fewer places than the last. */
  readonly isCosine: boolean;
  /** The options of the calls whose logits are mixed: with the condition, and without it if there is guidance. */
  readonly contexts: readonly ApplyOptions[];
  /** Mixes the logits of the contexts, `[rows, tokens]` each, and draws a token for each row. Call it inside a tidy. */
  readonly draw: (logits: readonly Tensor[]) => Tensor;
}

/** A generator that ends each piece of work with the sequences so far, which stay its own, and returns the sequences. */
export type Sampling = Generator<
  { readonly step: number; readonly steps: number; readonly indices: () => Tensor },
  Tensor
>;

/** The method `sample` of a model. */
export interface TokenSampler {
  (n: number, options: TokenSampleOptions): Promise<Tensor>;
}

/** Our own method `sample`, which another public function can call, and which can also draw at once: without pauses and reads from the device. */
interface OwnSampler extends TokenSampler {
  readonly by: (where: string, n: number, options: TokenSampleOptions) => Promise<Tensor>;
  readonly atOnce: (n: number, random: RandomStream, options?: ApplyOptions) => Tensor;
}

/** The rules of the options that all ways of sampling share. */
export const drawRules = {
  random: checkRandom,
  temperature: { is: checkNumber, default: 1, least: 0 },
  topP: { is: checkNumber, default: 1, above: 0, most: 1 },
  condition: optional,
  allowNoClass: { is: checkBoolean, default: false },
  guidance: { is: checkNumber, default: 1 },
  signal: signalRule,
  yieldAfter: { is: checkNumber, default: undefined, least: 0 },
} satisfies Rules<Omit<TokenSampleOptions, 'known' | 'steps' | 'reveal' | 'onStep'>>;

/** Makes the method `sample` of a model from its algorithm. */
export function samplerOf(
  network: TokenNetwork,
  sizes: SequenceSizes,
  start: (plan: SamplePlan) => Sampling,
  isInOrder: boolean,
): OwnSampler {
  const { tokens, length, end } = sizes;
  const shared = { network, tokens, length, end };
  const by: OwnSampler['by'] = async (where, n, options) => {
    checkInteger(where, 'n', n);
    const { random, temperature, topP, condition, allowNoClass, guidance, steps, reveal, ...read } = readOptions(
      where,
      options,
      {
        ...drawRules,
        known: optional,
        steps: { is: checkInteger, default: undefined },
        reveal: { is: checkWord, default: undefined, of: ['equal', 'cosine'] },
        onStep: { is: checkFunction, default: undefined },
      },
    );
    checkAlive(where, 'network', network.variables);
    if (isInOrder) checkAbsent(where, { steps, reveal });
    if (condition !== undefined) {
      checkCondition(where, 'condition', condition, n);
      await checkLabels(where, condition, classesOf(network), allowNoClass);
      checkConditionRead(where, '', { condition }, network);
    } else if (guidance !== 1) {
      throw wrongKind(where, 'guidance', 'needs `condition`', { seen: 'none' });
    }
    const known = read.known === undefined ? undefined : await readKnown(where, read.known, n, sizes, isInOrder);
    const none = guidance === 1 ? undefined : noCondition(condition!);
    const contexts = [{ condition }, ...(none ? [{ condition: none }] : [])];
    const draw = drawing(random, { temperature, topP, guidance });
    const work = start({ ...shared, n, random, known, steps, isCosine: reveal === 'cosine', contexts, draw });
    const afterPause = createPause(read);
    try {
      for (;;) {
        const piece = await afterPause(() => work.next());
        if (piece.done) return await checkDrawn(where, piece.value);
        const { onStep, signal } = read;
        if (onStep !== undefined) {
          const indices = piece.value.indices();
          try {
            await onStep({ ...piece.value, indices });
          } finally {
            indices.dispose();
          }
          if (signal?.aborted) throw signal.reason;
        }
      }
    } finally {
      // frees what the generator holds, if it has not ended
      work.return(undefined as never);
      none?.dispose();
    }
  };
  return Object.assign((n: number, options: TokenSampleOptions) => by('sample', n, options), {
    by,
    atOnce: (n: number, random: RandomStream, options: ApplyOptions = {}) => {
      checkConditionRead('sample', 'options.', options, network);
      const draw = drawing(random, { temperature: 1, topP: 1, guidance: 1 });
      const contexts = [{ condition: options.condition }];
      const none = { known: undefined, steps: undefined, isCosine: false };
      return atOnce(start({ ...shared, n, random, ...none, contexts, draw }));
    },
  });
}

/** Calls the method `sample` of any model on behalf of the public function `where`. */
export function sampleBy(
  where: string,
  sampler: TokenSampler,
  n: number,
  options: TokenSampleOptions,
): Promise<Tensor> {
  return (sampler as Partial<OwnSampler>).by?.(where, n, options) ?? sampler(n, options);
}

/** Our own method `sample` that draws at once; throws for a user's own model, which has none. */
export function sampleAtOnce(where: string, sampler: TokenSampler): OwnSampler['atOnce'] {
  const own = sampler as Partial<OwnSampler>;
  if (own.atOnce !== undefined) return own.atOnce;
  const fix = 'Draw with `await sampleCodes(...)`, which calls its `sample`.';
  throw unusable(where, 'model', 'must be a model of this library', { seen: 'one of your own', fix });
}

/** Throws if there is an option of masked models. */
function checkAbsent(where: string, options: Readonly<Record<string, unknown>>): void {
  const [name, got] = Object.entries(options).find(([, value]) => value !== undefined) ?? [];
  if (name === undefined) return;
  const fix = 'An autoregressive model calls its network once for each token.';
  throw wrongKind(where, name, 'must be left out', { got, fix });
}

/** Makes the function that mixes logits and draws tokens, `[rows]`. */
function drawing(
  random: RandomStream,
  { temperature, topP, guidance }: { readonly temperature: number; readonly topP: number; readonly guidance: number },
): SamplePlan['draw'] {
  return ([conditional, unconditional]) => {
    const mixed =
      unconditional === undefined
        ? conditional!
        : tf.add(unconditional, tf.mul(guidance, tf.sub(conditional!, unconditional)));
    const uniform = random.uniform([mixed.shape[0]]);
    const probabilities = softmax(temperature === 1 || temperature === 0 ? mixed : divided(mixed, temperature));
    if (temperature === 0) {
      // the largest of logits that are not finite is any token; then the probabilities are not finite either
      const likeliest = oneHot(tf.argMax(mixed, 1), mixed.shape[1]!);
      return drawCategorical(tf.add(likeliest, tf.mul(0, probabilities)), uniform);
    }
    return drawCategorical(topP === 1 ? probabilities : mostLikely(probabilities, topP), uniform);
  };
}

/** Logits divided by a temperature, up to a constant. */
function divided(logits: Tensor, temperature: number): Tensor {
  if (temperature >= 1e-6) return tf.div(logits, temperature);
  // the largest becomes 0, so that no quotient is infinity; below 1e-30, only the likeliest tokens have a probability in float32
  return tf.div(tf.sub(logits, tf.max(logits, 1, true)), Math.max(temperature, 1e-30));
}

/** Probabilities, with zeros except for the most likely tokens that together reach the share `topP`. */
function mostLikely(probabilities: Tensor, topP: number): Tensor {
  const { values } = tf.topk(probabilities, probabilities.shape[1]);
  // the first one always, also if the share is 0 in float32
  const isKept = tf.less(tf.cumsum(values, 1, true), Math.max(topP, 1e-30));
  const least = tf.min(tf.where(isKept, values, 1), 1, true);
  // a product, so that NaN stays
  return tf.mul(probabilities, tf.cast(tf.greaterEqual(probabilities, least), 'float32'));
}

/** Returns the sequences; disposes them and rejects if the network's logits were not finite. */
async function checkDrawn(where: string, indices: Tensor): Promise<Tensor> {
  if (recorder()) return indices;
  const lowest = tf.tidy(() => tf.min(indices));
  try {
    const [least] = await readTensor(where, lowest);
    if (least! >= -1) return indices;
    throw outOfRange(where, 'network', 'must return finite logits', { seen: 'NaN or infinity' });
  } catch (error) {
    indices.dispose();
    throw error;
  } finally {
    lowest.dispose();
  }
}
