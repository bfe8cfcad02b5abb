import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { difference, runBatches } from './run-onnx.js';

const random = g.createRandom(9);
const labelled = (name: string): g.Network => {
  const labels = g.embedding({ classes: 3, size: 2, random: random.fork('labels') });
  return g.withNamedCondition(g.withCondition(g.dense({ inputs: 5, units: 2, random }), labels), { name });
};
const shown = (name: string): g.Network =>
  g.withPicture(g.dense({ inputs: 5, units: 2, random }), { channels: 2, name });

test.each([
  '0',
  '1',
  '2',
  '_0',
  'MatMul_0.0',
  'Add_1/1',
  'constructor',
  'toString',
  'z',
  'batch',
  'größe',
  'a b',
  'condition',
])('a condition named %j is an input of this name', async (name) => {
  const x = random.normal([3, 3]);
  const label = tf.tensor1d([2, -1, 0], 'int32');
  const picture = random.normal([3, 2]);
  for (const [network, value] of [
    [labelled(name), label],
    [shown(name), picture],
  ] as const) {
    const ours = network.apply(x, { conditions: { [name]: value } });
    const bytes = await saveOnnx(network);
    const [outputs] = await runBatches(bytes, [{ x, [name]: value }]);
    expect(await difference(ours, outputs!['output'])).toBeLessThan(1e-5);
  }
});

test('a condition with the name of another input or of an output is refused', async () => {
  for (const network of [labelled('x'), shown('x'), labelled('output'), shown('output')]) {
    await expect(saveOnnx(network)).rejects.toThrow(
      /^saveOnnx: `part` must be a part that can be exported; got .*named '(x|output)'.* another name/,
    );
  }
  const decoder = g.createDecoder(
    g.withPicture(g.dense({ inputs: 5, units: 2, random }), { channels: 2, name: 'mean' }),
    {
      likelihood: g.bernoulli,
    },
  );
  await expect(saveOnnx(decoder)).rejects.toThrow("got a condition named 'mean', like an output");
  const both = g.withCondition(shown('condition'), g.embedding({ classes: 2, size: 1, random: random.fork('more') }));
  await expect(saveOnnx(both)).rejects.toThrow("got two inputs named 'condition'");
});

test.each([
  [1.5],
  [Infinity],
  [NaN],
  [-3],
  [1e300],
  [3, 'x'],
  new Array<number>(2),
  Float32Array.of(3),
  { length: 1, 0: 3 },
  '3',
  [[3]],
])('a shape %j is refused', async (shape) => {
  const network = g.sequential([g.flatten(), g.dense({ inputs: 3, units: 1, random })]);
  await expect(saveOnnx(network, { inputs: { x: shape as never } })).rejects.toThrow(
    /^saveOnnx: `inputs.x` must be a shape such as \[28, 28, 1\]; got /,
  );
});
