import * as tf from '@tensorflow/tfjs-core';
import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { crossAttention, dense, textEncoder, withTokens, type Network } from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import file from '../../golden/layers.json';
import { expectClose, expectOracle, read } from '../../support/close.js';
import { goldenTensor } from '../../support/golden.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const close = { relative: 1e-5, absolute: 2e-5 };
const numbers = (seed: number, shape: number[]): Tensor => createRandom(seed).normal(shape);
const tokens = (): Tensor => tf.tensor2d([[2, 1, 0], [0, -1, 0]], [2, 3], 'int32'); // prettier-ignore

test('crossAttention agrees with torch.nn.MultiheadAttention in float64, with padding, including gradients', async () => {
  const { x, context, tokens, dy, y, dx, dcontext, ...others } = file.crossAttention;
  const layer = crossAttention({ inputs: 4, context: 3, heads: 2, random: createRandom(1) });
  const given = others as unknown as Readonly<Record<string, typeof x>>;
  layer.variables.forEach((variable, i) => variable.assign(goldenTensor(given[`variable${i}`]!)));
  const [input, sequence, slope] = [x, context, dy].map(goldenTensor) as [Tensor, Tensor, Tensor];
  const seen = tf.cast(goldenTensor(tokens), 'int32');
  const apply = (input: Tensor, context: Tensor): Tensor =>
    layer.apply(input, { conditions: { context, tokens: seen } });
  await expectOracle(apply(input, sequence), y.data, close);
  const [ofInput, ofContext] = tf.grads(apply)([input, sequence], slope) as [Tensor, Tensor];
  await expectOracle(ofInput, dx.data, close);
  await expectOracle(ofContext, dcontext.data, close);
  const loss = (): Tensor => tf.sum(tf.mul(apply(input, sequence), slope));
  const { grads } = tf.variableGrads(loss as () => Scalar, [...layer.variables]);
  for (const [i, variable] of layer.variables.entries()) {
    await expectOracle(grads[variable.name]!, given[`slope${i}`]!.data, close);
  }
});

test('what a context holds at padding changes no bit, nor do its gradients, and a text of padding gives the biases', async () => {
  const layer = crossAttention({ inputs: 4, context: 3, heads: 2, random: createRandom(1) });
  const x = numbers(2, [2, 5, 4]);
  const padded = tf.expandDims(tf.cast(tf.lessEqual(tokens(), tf.scalar(0, 'int32')), 'float32'), 2);
  const context = numbers(3, [2, 3, 3]);
  const other = tf.add(context, tf.mul(padded, numbers(4, [2, 3, 3])));
  const apply = (context: Tensor, input = x): Tensor =>
    layer.apply(input, { conditions: { context, tokens: tokens() } });
  expect(await read(apply(other))).toEqual(await read(apply(context)));
  const slopes = (context: Tensor): Tensor[] =>
    tf.grads((at: Tensor, input: Tensor) => tf.square(apply(at, input)))([context, x]);
  const [[ofContext, ofInput], [ofOther, ofSame]] = [slopes(context), slopes(other)] as [Tensor[], Tensor[]];
  expect(await read(ofSame!)).toEqual(await read(ofInput!));
  expect(await read(ofOther!)).toEqual(await read(ofContext!));
  expect((await read(tf.mul(ofContext!, padded))).every((slope) => slope === 0)).toBe(true);
  const biases = tf.broadcastTo(layer.variables[5]!, [5, 4]);
  await expectClose(tf.slice(apply(context), [1, 0, 0], [1, -1, -1]), await read(biases), { absolute: 0 });
});

test('a text encoder gives the same bits at each word, whatever its padding, and a text without words is like no context', async () => {
  const encoder = textEncoder({ tokens: 5, length: 4, width: 8, heads: 2, random: createRandom(1) });
  const [text, dropped] = [
    [3, 1, 0],
    [3, 1, -1],
  ].map((row) => tf.tensor2d(row, [1, 3], 'int32')) as [Tensor, Tensor];
  const words = (tokens: Tensor): Tensor => tf.slice(encoder.apply(tokens), 0, [1, 2, 8]);
  expect(await read(words(dropped))).toEqual(await read(words(text)));
  const body = crossAttention({ inputs: 4, context: 8, random: createRandom(2) });
  const network = withTokens(body, encoder);
  const x = numbers(2, [1, 2, 4]);
  const [none, zeros] = [-1, 0].map((token) =>
    network.apply(x, { conditions: { tokens: tf.fill([1, 3], token, 'int32') } }),
  );
  expect(await read(zeros!)).toEqual(await read(none!));
});

test('withTokens gives its network the mean over the words as its condition, and zeros without any', async () => {
  const encoder = textEncoder({ tokens: 5, length: 3, width: 4, random: createRandom(1) });
  const body: Network = {
    apply: (_, options) => tf.clone(options!.condition!),
    variables: [],
    dispose: () => undefined,
  };
  const texts = tf.tensor2d([[2, 1, 0], [0, -1, 0], [3, 0, 0]], [3, 3], 'int32'); // prettier-ignore
  const means = withTokens(body, encoder).apply(tf.ones([3, 1]), { conditions: { tokens: texts } });
  const words = encoder.apply(texts);
  const [two, one] = [tf.mean(tf.slice(words, 0, [1, 2, 4]), 1), tf.slice(words, [2, 0, 0], [1, 1, 4])];
  await expectClose(means, [...(await read(two)), 0, 0, 0, 0, ...(await read(one))], close);
});

test.each<[name: string, run: (network: Network) => void, message: RegExp]>([
  [
    'no tokens',
    (network) => network.apply(tf.ones([2, 4])),
    /^withTokens: `options\.conditions\.tokens` must be a tensor; got undefined\. Pass { conditions: { tokens } }/,
  ],
  [
    'a condition besides',
    (network) => {
      const [condition, tokens] = [tf.ones([2], 'int32'), tf.ones([2, 2], 'int32')];
      network.apply(tf.ones([2, 4]), { condition, conditions: { tokens } });
    },
    /^withTokens: `options\.condition` must be left out: the mean of the tokens takes its place; got /,
  ],
  [
    'tokens of another batch',
    (network) => network.apply(tf.ones([2, 4]), { conditions: { tokens: tf.ones([3, 2], 'int32') } }),
    /^withTokens: `options\.conditions\.tokens` must have shape \[2, \?\]; got \[3, 2\]/,
  ],
  [
    'a long text',
    (network) => network.apply(tf.ones([2, 4]), { conditions: { tokens: tf.ones([2, 9], 'int32') } }),
    /^withTokens: `options\.conditions\.tokens` must have shape \[\?, 3\]; got \[2, 9\]. Make the encoder with a larger `length`/,
  ],
])('withTokens refuses %s in one sentence', (_, run, message) => {
  const random = createRandom(1);
  const network = withTokens(
    dense({ inputs: 4, units: 2, random }),
    textEncoder({ tokens: 5, length: 3, width: 4, random }),
  );
  expect(() => run(network)).toThrow(message);
});
