import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/index.js';
import { checkQuantizer, checkTokenModel } from '../../src/testing/index.js';
import {
  createCodebook,
  createMaskedModel,
  createTokenModel,
  finiteScalarQuantizer,
  transformer,
  type Quantized,
  type Quantizer,
  type TokenModel,
} from '../../src/tokens/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = () => createRandom(2);
const h = (size: number) => createRandom(5).normal([4, 3, size]);
const tidied = (work: () => Quantized): Quantized => tf.tidy(work as never) as unknown as Quantized;
const book = () => createCodebook({ codes: 6, size: 2, random: random() });
const levels = () => finiteScalarQuantizer({ levels: [3, 4] });

test.each([
  ['levels', levels],
  ['two levels', () => finiteScalarQuantizer({ levels: [2, 2] })],
  ['a codebook', book],
  [
    'a codebook of one number, without restarts',
    () => createCodebook({ codes: 4, size: 1, random: random(), restartBelow: 0 }),
  ],
])('checkQuantizer accepts %s', async (_, make) => {
  const quantizer = make();
  await checkQuantizer(quantizer, { h: h(quantizer.size), random: random() });
});

describe('checkQuantizer rejects a quantizer', () => {
  const own = (change: (q: Quantizer) => Partial<Quantizer>, make: () => Quantizer = book): Quantizer => {
    const good = make();
    return { ...good, ...change(good) };
  };
  test.each<[string, () => Quantizer, RegExp]>([
    [
      'whose codes are shifted',
      () => own((q) => ({ lookUp: (i) => tf.tidy(() => tf.add(q.lookUp(i), 0.5)) }), levels),
      /lookUp|code of its index/,
    ],
    [
      'with two equal codes',
      () => own((q) => ({ lookUp: (i) => tf.tidy(() => q.lookUp(tf.minimum(i, tf.scalar(4, 'int32')))) })),
      /must be 5 for the index 5/,
    ],
    [
      'without a gradient',
      () =>
        own((q) => ({ quantize: (x) => tf.tidy(() => ({ ...q.quantize(x), z: q.lookUp(q.quantize(x).indices) })) })),
      /must have a gradient/,
    ],
    [
      'whose rows depend on each other',
      () => own((q) => ({ quantize: (x, o) => tidied(() => q.quantize(tf.add(x, tf.mean(x)), o)) }), levels),
      /for row/,
    ],
    [
      'that moves outside training',
      () => own((q) => ({ quantize: (x) => q.quantize(x, { training: true, random: random() }) })),
      /outside training/,
    ],
    [
      'that moves by a second pass',
      () =>
        own((q) => ({
          quantize: (x, o) => {
            if (o?.training === true) q.buffers![1]!.assign(tf.tidy(() => tf.add(q.buffers![1]!, 1)));
            return q.quantize(x, o);
          },
        })),
      /second pass/,
    ],
    [
      'that draws from elsewhere',
      () => {
        const other = createRandom(9);
        return own((q) => ({ quantize: (x, o) => q.quantize(x, { ...o, random: other }) }));
      },
      /same state of the stream/,
    ],
    [
      'that gives NaN a code',
      () => own((q) => ({ quantize: (x, o) => tidied(() => q.quantize(tf.where(tf.isNaN(x), 0, x), o)) })),
      /NaN/,
    ],
    [
      'with flat indices',
      () =>
        own((q) => ({
          quantize: (x, o) => {
            const made = q.quantize(x, o);
            return { ...made, indices: tf.reshape(made.indices, [-1]) };
          },
        })),
      /must have shape/,
    ],
    [
      'that leaks',
      () =>
        own((q) => ({
          lookUp: (i) => {
            tf.zeros([1]);
            return q.lookUp(i);
          },
        })),
      /numTensors/,
    ],
  ])('%s', async (_, make, says) => {
    const quantizer = make();
    await expect(checkQuantizer(quantizer, { h: h(quantizer.size), random: random() })).rejects.toThrow(says);
  });
});

const size = { tokens: 3, length: 3 };
const shape = { width: 4, heads: 2, layers: 1 };
/** Fewer variables, each of which the check differentiates. */
const small = { width: 2, heads: 1, layers: 1 };
/** A model whose tokens are not equally likely. */
const modelOf = (make: typeof createTokenModel, causal: boolean, end?: number, sizes = shape): TokenModel => {
  const network = transformer({ ...size, ...sizes, causal, random: random() });
  for (const variable of network.variables)
    tf.tidy(() => variable.assign(tf.add(variable, createRandom(4).normal(variable.shape))));
  return make(network, { ...size, end });
};
const indices = (last = 1) => tf.tensor2d([0, 1, 2, 1, 2, last], [2, 3], 'int32');

test.each([
  ['an autoregressive model', () => modelOf(createTokenModel, true), true, 1],
  ['one with an end', () => modelOf(createTokenModel, true, 2), true, -1],
  ['a masked model', () => modelOf(createMaskedModel, false), false, 1],
])('checkTokenModel accepts %s', async (_, make, exact, last) => {
  await checkTokenModel(make(), { indices: indices(last), random: random(), exact });
});

describe('checkTokenModel rejects a model', () => {
  /** A network of your own: the same transformer without the notes of this library. */
  const spread = (causal: boolean) => {
    const network = transformer({ ...size, ...small, causal, random: random() });
    return { ...network, applyNext: undefined as never };
  };
  const own = (change: (model: TokenModel) => Partial<TokenModel>, causal = true): TokenModel => {
    const good = modelOf(causal ? createTokenModel : createMaskedModel, causal, undefined, small);
    return { ...good, ...change(good) };
  };
  test.each<[string, () => TokenModel, RegExp, boolean?]>([
    [
      'whose probabilities are too large',
      () => own((m) => ({ logProb: (x, o) => tf.tidy(() => tf.add(m.logProb(x, o), 0.1)) })),
      /total probability 1/,
    ],
    [
      'whose bound is none',
      () => own((m) => ({ logProb: (x, o) => tf.tidy(() => tf.mul(0.5, m.logProb(x, o))) }), false),
      /at most the probability 1/,
      false,
    ],
    [
      'whose network reads later tokens',
      () => createTokenModel(spread(false), size),
      /model.network` must be causal; got a row 0 that depends on place 1/,
    ],
    [
      'whose network reads no later tokens, though it fills in blanks',
      () => createMaskedModel(spread(true), size),
      /model.network` must read all tokens/,
      false,
    ],
    [
      'that draws at another temperature',
      () => own((m) => ({ sample: (n, o) => m.sample(n, { ...o, temperature: 0.5 }) })),
      /chi-square/,
    ],
    [
      'that ignores known tokens',
      () => own((m) => ({ sample: (n, o) => m.sample(n, { random: o.random }) })),
      /known token/,
    ],
    [
      'that draws from elsewhere',
      () => {
        const other = createRandom(9);
        return own((m) => ({ sample: (n, o) => m.sample(n, { ...o, random: other }) }));
      },
      /same state/,
    ],
    [
      'whose rows depend on each other',
      () =>
        own((m) => ({
          logProb: (x, o) => tf.tidy(() => tf.add(m.logProb(x, o), tf.sub(tf.mean(tf.cast(x, 'float32')), 1.1))),
        })),
      /row 0/,
    ],
    [
      'whose gradient is wrong',
      () =>
        own((m) => ({
          logProb: (x, o) =>
            tf.tidy(() => {
              const logs = m.logProb(x, o);
              return tf.add(
                logs,
                tf.customGrad((v) => ({ value: tf.zeros(logs.shape), gradFunc: () => tf.onesLike(v as tf.Tensor) }))(
                  m.variables[0]!,
                ),
              );
            }),
        })),
      /derivative/,
    ],
    [
      'that draws tokens it does not have',
      () =>
        own((m) => ({
          sample: async (n, o) => {
            const drawn = await m.sample(n, o);
            return tf.tidy(() => {
              const more = tf.add(drawn, tf.scalar(1, 'int32'));
              drawn.dispose();
              return more;
            });
          },
        })),
      /must draw 3 tokens/,
    ],
    [
      'that leaks',
      () =>
        own((m) => ({
          logProb: (x, o) => {
            tf.zeros([1]);
            return m.logProb(x, o);
          },
        })),
      /numTensors/,
    ],
  ])('%s', async (_, make, says, exact = true) => {
    const check = { indices: indices(), random: random(), exact, samples: 3000 };
    await expect(checkTokenModel(make(), check)).rejects.toThrow(says);
  });
});
