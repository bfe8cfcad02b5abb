import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { recordPart } from '../../src/record/record-part.js';
import type { Quantizer } from '../../src/tokens/index.js';
import { noteOf } from '../../src/tensor/made-by.js';
import { parts } from '../model/models.js';
import { shaken } from './cases.js';
import { difference, runBatches, runOnnx } from './run-onnx.js';

const random = g.createRandom(5);

/** What is not one tensor from another, by the functions that make it: a function of it can be recorded. */
const refused = ['createTableModel'];

/** What a part gives, by the names of the outputs. */
function ourOutputs(part: unknown, x: Tensor, timesteps: Tensor, condition: Tensor): Readonly<Record<string, Tensor>> {
  const { kind = '' } = noteOf(part as object)!;
  if (kind === 'createGaussianEncoder') return { ...(part as g.GaussianEncoder).encode(x) };
  if (kind === 'createDecoder') {
    const decoder = part as g.Decoder;
    return { parameters: decoder.decode(x), mean: decoder.mean(x) };
  }
  if (kind === 'createGenerator') return { output: (part as g.Generator).generate(x) };
  if (kind === 'createDiscriminator') return { output: (part as g.Discriminator).logits(x) };
  if (/^(createCodebook|finiteScalarQuantizer)$/.test(kind)) {
    const { z, indices } = (part as Quantizer).quantize(x);
    return { z, indices };
  }
  if (kind === 'createQuantizedEncoder') return { indices: (part as { indices(x: Tensor): Tensor }).indices(x) };
  if (/(Prior|Model|Codes)$/.test(kind))
    return { logProb: (part as Required<g.LatentPrior>).logProb(x, { condition }) };
  return { ...(part as g.Denoiser).estimate(x, timesteps, { condition }) };
}

/** Parts whose outputs depend on noise. */
const noisy = ['hierarchical encoder', 'masked model with an end'];

describe.each(Object.entries(parts).filter(([name]) => !noisy.includes(name)))('%s', (_, make) => {
  const [, part] = make();
  const kind = noteOf(part)!.kind!;
  if (refused.includes(kind)) {
    test('is refused with a way around it', async () => {
      await expect(saveOnnx(part)).rejects.toThrow(`saveOnnx: \`part\` must be a part with tensors as its result; got ${kind}. Record`); // prettier-ignore
    });
    return;
  }

  test('agrees with ONNX Runtime for one example and for three', async () => {
    shaken(part);
    const isLatent = /Decoder|Generator|Prior/.test(kind);
    // what says neither by itself nor by its parts how large its input is
    const shape = shapes[kind] ?? (isLatent ? [2] : [4]);
    const inputs = kind in shapes ? { [isLatent ? 'z' : 'x']: shape } : {};
    const isTokens = /^create(Token|Masked)Model$/.test(kind);
    const all = [1, 3].map((count) => ({
      x: isTokens ? random.integers([count, 3], 0, 4) : random.normal([count, ...shape]),
      timesteps: tf.slice(tf.tensor1d([0, 2, 1], 'int32'), [0], [count]),
      condition: tf.slice(tf.tensor1d([-1, 1, 0], 'int32'), [0], [count]),
    }));
    const feeds = all.map(({ x, timesteps, condition }) => ({ [isLatent ? 'z' : 'x']: x, timesteps, condition }));
    const results = await runBatches(await saveOnnx(part, { inputs }), feeds);
    for (const [i, { x, timesteps, condition }] of all.entries()) {
      const [ours, theirs] = [ourOutputs(part, x, timesteps, condition), results[i]!];
      expect(Object.keys(theirs)).toEqual(Object.keys(ours));
      for (const [name, one] of Object.entries(ours)) {
        const size = Math.max(1, ...(await tf.abs(one).data()));
        expect((await difference(one, theirs[name])) / size).toBeLessThan(1e-5);
      }
    }
  });
});

/** Shapes of inputs that parts do not know. */
const shapes: Readonly<Record<string, readonly number[]>> = {
  createCodebook: [2],
  createCodePrior: [2],
  finiteScalarQuantizer: [2],
};

test.each(noisy)('%s: noise is an input', async (name) => {
  const [, part] = parts[name]!() as unknown as [string, g.LatentEncoder & { logProb?: (x: Tensor, options: object) => Tensor }]; // prettier-ignore
  const isTokens = part.logProb !== undefined;
  const x = isTokens ? tf.tensor2d([0, 1, 3, 2, 2, 1], [2, 3], 'int32') : random.normal([2, 4]);
  const recording = await recordPart('saveOnnx', part, {}, g.createRandom(0));
  const bytes = await saveOnnx(recording);
  // whatever is drawn
  expect(await saveOnnx(part)).toEqual(bytes);
  const draws = Object.fromEntries(recording.draws.map(({ name, value }) => [name, value]));
  const chosen = Object.fromEntries(recording.inputs.flatMap(({ name, data, shape, dtype }) => (data ? [[name, tf.tensor(data, shape.map((size) => (typeof size === 'number' ? size : 2)), dtype)]] : []))); // prettier-ignore
  expect(Object.keys({ ...draws, ...chosen }).length).toBeGreaterThan(0);
  const [theirs] = await runBatches(bytes, [{ x, ...draws, ...chosen }]);
  const ours = isTokens
    ? { logProb: part.logProb!(x, { random: g.createRandom(0) }) }
    : part.draw(x, g.createRandom(0));
  expect(await difference(ours.logProb, theirs!['logProb'])).toBeLessThan(1e-5);
  recording.dispose();
});

test('a part of which some places are frozen gives what the part gives, also within others and from its file', async () => {
  const body = (name: string) => {
    const own = random.fork(name);
    const layers = [g.dense({ inputs: 4, units: 4, random: own.fork('a') }), g.batchNorm({ inputs: 4 }), g.dense({ inputs: 4, units: 4, random: own.fork('b') })]; // prettier-ignore
    return g.freeze(g.sequential(layers), { except: ['2'] });
  };
  const chain = g.sequential([body('first'), g.freeze(body('second')), g.dense({ inputs: 4, units: 2, random })]);
  const x = random.normal([3, 4]);
  for (const network of [body('alone'), chain, g.freeze(chain)]) {
    // frozen numbers are shaken to be above 0, so that outputs are large
    shaken(network);
    const { output } = await runOnnx(await saveOnnx(network), [x]);
    expect(await difference(network.apply(x), output)).toBeLessThan(1e-3);
    const loaded = await loadModel(await saveModel(network), { as: 'network' });
    expect(await loaded.apply(x).data()).toEqual(await network.apply(x).data());
  }
});

test('a frozen part gives what the part gives, within others, by itself, and from its file', async () => {
  const body = g.sequential([g.dense({ inputs: 4, units: 6, random }), g.batchNorm({ inputs: 6 })]);
  const network = g.sequential([g.freeze(body), g.dense({ inputs: 6, units: 2, random: random.fork('head') })]);
  shaken(network);
  const x = random.normal([3, 4]);
  const frozen = g.freeze(g.createDecoder(network, { likelihood: g.bernoulli }));
  const { output } = await runOnnx(await saveOnnx(network), [x]);
  expect(await difference(network.apply(x), output)).toBeLessThan(1e-5);
  const { mean } = await runOnnx(await saveOnnx(frozen), [x]);
  expect(await difference(frozen.mean(x), mean)).toBeLessThan(1e-5);
});

test('a model file is loaded first, and gives the bytes of the part that was saved', async () => {
  const decoder = g.createDecoder(g.mlp({ sizes: [2, 3], random }), { likelihood: g.bernoulli });
  const file = await saveModel(decoder);
  await expect(saveOnnx(file as never)).rejects.toThrow('Load it first: saveOnnx(await loadModel(bytes)).');
  expect(await saveOnnx(await loadModel(file, { as: 'decoder' }))).toEqual(await saveOnnx(decoder));
});
