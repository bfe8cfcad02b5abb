import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test, vi } from 'vitest';
import * as g from '../../src/index.js';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import { makers } from '../../src/model/makers.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { kinds } from '../../src/onnx/kinds.js';
import type { Part } from '../../src/nets/network.js';
import { noteOf } from '../../src/tensor/made-by.js';
import golden from '../golden/model.json';
import { descriptionOf, forge, textOf } from '../model/description-mutants.js';
import { inFiles } from '../model/least-options.js';
import { parts } from '../model/models.js';
import { goldenTensor } from '../support/golden.js';
import { examplesOf, inputsOf, shaken, trained } from './cases.js';
import { difference, runBatches, runOnnx } from './run-onnx.js';

const random = g.createRandom(5);

/** What has no ONNX besides priors, by the functions that make it. */
const refused = [
  'createCodebook',
  'createHierarchicalEncoder',
  'createMaskedModel',
  'createQuantizedEncoder',
  'createTokenModel',
  'finiteScalarQuantizer',
];

/** The way around what has no ONNX, which the error states; undefined if a part is exported. */
function wayAround(kind: string): RegExp | undefined {
  if (/^create\w*Prior$/.test(kind)) return /Export the decoder/;
  if (kind === 'createTableModel') return /Make rows with sampleTable/;
  return refused.includes(kind) ? /Export its networks/ : undefined;
}

test('every kind of layer and part is exported, or refused', () => {
  const inner = ['activation', 'besideInput', 'embedTokens', 'places', 'plainNorm'];
  const stated = [...makers.keys()].filter((kind) => wayAround(kind) !== undefined);
  expect([...Object.keys(kinds), ...stated].sort()).toEqual([...makers.keys(), ...inner].sort());
});

/** What a part gives, by the names of the outputs. */
function ourOutputs(part: unknown, x: Tensor, timesteps: Tensor, condition: Tensor): Readonly<Record<string, Tensor>> {
  const { kind } = noteOf(part as object)!;
  if (kind === 'createGaussianEncoder') return { ...(part as g.GaussianEncoder).encode(x) };
  if (kind === 'createDecoder') {
    const decoder = part as g.Decoder;
    const hasMean = decoder.likelihood.name !== 'columnsLikelihood';
    return { parameters: decoder.decode(x), ...(hasMean ? { mean: decoder.mean(x) } : {}) };
  }
  if (kind === 'createGenerator') return { output: (part as g.Generator).generate(x) };
  if (kind === 'createDiscriminator') return { output: (part as g.Discriminator).logits(x) };
  return { ...(part as g.Denoiser).estimate(x, timesteps, { condition }) };
}

describe.each(Object.entries(parts))('%s', (_, make) => {
  const [, part] = make();
  const kind = noteOf(part)!.kind!;
  const way = wayAround(kind);
  if (way !== undefined) {
    test('is refused with a way around it', async () => {
      await expect(saveOnnx(part)).rejects.toThrow(new RegExp(`saveOnnx: \`part\` .*; got ${kind}\\.`));
      await expect(saveOnnx(part)).rejects.toThrow(way);
    });
    return;
  }

  test('agrees with ONNX Runtime for one example and for three', async () => {
    shaken(part);
    const isLatent = kind === 'createDecoder' || kind === 'createGenerator';
    const all = [1, 3].map((count) => ({
      x: random.normal([count, isLatent ? 2 : 4]),
      timesteps: tf.slice(tf.tensor1d([0, 2, 1], 'int32'), [0], [count]),
      condition: tf.slice(tf.tensor1d([-1, 1, 0], 'int32'), [0], [count]),
    }));
    const takesOne = kind.startsWith('create') && !/Denoiser/.test(kind);
    const batches = all.map(({ x, timesteps, condition }) => (takesOne ? [x] : [x, timesteps, condition]));
    const results = await runBatches(await saveOnnx(part), batches);
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
    for (const from of [network, await saveModel(network)]) {
      const { output } = await runOnnx(await saveOnnx(from), [x]);
      expect(await difference(network.apply(x), output)).toBeLessThan(1e-3);
    }
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
  for (const from of [network, await saveModel(network)]) {
    const { output } = await runOnnx(await saveOnnx(from), [x]);
    expect(await difference(network.apply(x), output)).toBeLessThan(1e-5);
  }
  const { mean } = await runOnnx(await saveOnnx(frozen), [x]);
  expect(await difference(frozen.mean(x), mean)).toBeLessThan(1e-5);
});

describe('a model file', () => {
  test.each(trained)('gives the same bytes as the network: $name', async (given) => {
    const network = given.make();
    const { inputs } = inputsOf(given, examplesOf(given, 2));
    const fromFile = await saveOnnx(await saveModel(network), { inputs });
    expect(Buffer.compare(fromFile, await saveOnnx(network, { inputs }))).toBe(0);
  });

  test('of the first version gives its numbers', async () => {
    const file = Uint8Array.from(atob(golden.file), (letter) => letter.charCodeAt(0));
    const outputs = async (part: string, ...inputs: Tensor[]) => runOnnx(await saveOnnx(file, { part }), inputs);
    const { mean } = await outputs('decoder', goldenTensor(golden.z));
    expect(await difference(goldenTensor(golden.means), mean)).toBeLessThan(1e-5);
    const encoded = await outputs('encoder', goldenTensor(golden.images));
    expect(await difference(goldenTensor(golden.mean), encoded['mean'])).toBeLessThan(1e-5);
    const { output } = await outputs('head', goldenTensor(golden.h), tf.tensor1d(golden.classes, 'int32'));
    expect(await difference(goldenTensor(golden.head), output)).toBeLessThan(1e-5);
  });

  const options = Object.entries(inFiles).filter(([kind]) => kind in kinds);

  // files of earlier versions hold only the options that were passed
  test.each(options)('without the options of %s that have their defaults gives the same bytes', async (_, { make }) => {
    const file = await saveModel(make() as Part);
    const exported = (bytes: Uint8Array) => saveOnnx(bytes).catch(() => saveOnnx(bytes, { inputs: { x: [4, 4, 8] } }));
    const whole = descriptionOf(file) as unknown as { layers: { options?: Record<string, unknown> }[] };
    const expected = await exported(file);
    for (const name of Object.keys(whole.layers.at(-1)!.options ?? {})) {
      // without it, withClip gives the denoiser itself
      if (name === 'clip') continue;
      const description = structuredClone(whole);
      delete description.layers.at(-1)!.options![name];
      const shorter = forge(file, { model: textOf(description) });
      // all but what is required has its default
      try {
        describeModel(shorter);
      } catch {
        continue;
      }
      expect(Buffer.compare(await exported(shorter), expected), name).toBe(0);
    }
  });

  test('needs no backend', async () => {
    const file = await saveModel(g.unet({ channels: 1, widths: [8, 16], classes: 2, random }));
    const runs = vi.spyOn(tf.engine(), 'runKernel');
    const tensors = vi.spyOn(tf.engine(), 'makeTensor');
    expect((await saveOnnx(file)).length).toBeGreaterThan(file.length);
    expect(runs).not.toHaveBeenCalled();
    expect(tensors).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  test('gives one of several parts, also after one that cannot be exported', async () => {
    const prior = g.createFlowPrior({ latentSize: 2, layers: 2, width: 3, random });
    const encoder = g.createGaussianEncoder(g.mlp({ sizes: [3, 4], random: random.fork('encoder') }), {
      latentSize: 2,
    });
    const decoder = g.createDecoder(g.mlp({ sizes: [2, 3], random: random.fork('decoder') }), {
      likelihood: g.bernoulli,
    });
    const bytes = await saveModel({ encoder, prior, decoder });
    const z = random.normal([2, 2]);
    const { mean } = await runOnnx(await saveOnnx(bytes, { part: 'decoder' }), [z]);
    expect(await difference(decoder.mean(z), mean)).toBeLessThan(1e-5);
    const x = random.normal([2, 3]);
    const outputs = await runOnnx(await saveOnnx(bytes, { part: 'encoder' }), [x]);
    expect(await difference(encoder.encode(x).mean, outputs['mean'])).toBeLessThan(1e-5);
    await expect(saveOnnx(bytes, { part: 'prior' })).rejects.toThrow('got createFlowPrior');
    await expect(saveOnnx(bytes)).rejects.toThrow('got a file of encoder, prior, decoder. Pass `part`.');
  });
});
