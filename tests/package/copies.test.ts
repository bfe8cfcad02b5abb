import { expect, test } from 'vitest';
import { runNode, write } from './consumer.js';

/** Both builds in one process, as where a tool requires one entry and imports another; and what each of them makes. */
const program = `
  import { createRequire } from 'node:module';
  import * as tf from '@tensorflow/tfjs-core';
  import '@tensorflow/tfjs-backend-cpu';
  await tf.setBackend('cpu');
  const require = createRequire(import.meta.url);
  const copies = {};
  for (const name of ['tfjs-generative', 'tfjs-generative/model', 'tfjs-generative/pytorch'])
    copies[name] = { import: await import(name), require: require(name) };
  const main = copies['tfjs-generative'];
  const partsOf = (g) => {
    const random = g.createRandom(1);
    const fork = (name) => ({ random: random.fork(name) });
    const activations = [g.elu, g.gelu, g.leakyRelu, g.relu, g.sigmoid, g.softplus, g.swish, g.tanh];
    const vector = (activation, i) => g.dense({ inputs: 3, units: 3, activation, ...fork(String(i)) });
    const likelihoods = [g.bernoulli, g.continuousBernoulli, g.gaussian({ variance: 0.1 }), g.learnedGaussian()];
    const decoder = (likelihood) => g.createDecoder(g.mlp({ sizes: [2, 4 * likelihood.parameterSize], random }), { likelihood });
    const denoiser = (predicts) =>
      g.createDenoiser(g.denoisingMlp({ size: 2, width: 4, classes: 3, random }), { schedule: g.cosineSchedule({ steps: 5 }), predicts });
    const generator = (prior) => g.createGenerator(g.dcganGenerator({ latentSize: 2, shape: [8, 8, 1], width: 2, classes: 3, random }), { latentSize: 2, prior });
    const discriminator = (norm) => g.createDiscriminator(g.dcganDiscriminator({ shape: [16, 16, 1], width: 8, classes: 2, norm, random }));
    return {
      activations: g.sequential(activations.map(vector)),
      unet: g.unet({ channels: 1, widths: [8], attention: [0], classes: 2, groups: 2, random }),
      convEncoder: g.createGaussianEncoder(g.convEncoder({ shape: [8, 8, 1], widths: [2], outputs: 4, random }), { latentSize: 2 }),
      ...Object.fromEntries(likelihoods.map((one, i) => ['decoder' + i, decoder(one)])),
      ...Object.fromEntries([g.predictNoise, g.predictSample, g.predictVelocity, g.predictFlow].map((one, i) => ['denoiser' + i, denoiser(one)])),
      ...Object.fromEntries([g.gaussianPrior, g.uniformPrior].map((one, i) => ['generator' + i, generator(one)])),
      ...Object.fromEntries([g.batchNorm, g.groupNorm, g.layerNorm].map((one, i) => ['discriminator' + i, discriminator(one)])),
    };
  };
  const refusalOf = async (call) => call().then(() => 'none', ({ message }) => message);
`;

const run = async (rest: string): Promise<unknown> =>
  JSON.parse(await runNode(write(`copies-${rest.length}.mjs`, program + rest)));

test('a network of one copy of the library is saved by the entries of the other, byte for byte as by its own', async () => {
  const found = await run(`
    const same = (a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)) === 0;
    const result = { twoCopies: main.import.mlp !== main.require.mlp, differing: [], saved: 0 };
    for (const [own, other] of [['import', 'require'], ['require', 'import']]) {
      for (const [name, part] of Object.entries(partsOf(main[own]))) {
        const model = await Promise.all([own, other].map((copy) => copies['tfjs-generative/model'][copy].saveModel(part)));
        const torch = await Promise.all([own, other].map((copy) => copies['tfjs-generative/pytorch'][copy].saveStateDict(part)));
        for (const files of [model, torch]) { result.saved++; if (!same(...files)) result.differing.push(own + ' ' + name); }
        const loaded = await copies['tfjs-generative/model'][other].loadModel(model[0]);
        if (!same(await copies['tfjs-generative/model'][own].saveModel(loaded), model[0])) result.differing.push(own + ' ' + name + ', loaded');
      }
    }
    console.log(JSON.stringify(result));
  `);
  expect(found).toEqual({ twoCopies: true, differing: [], saved: 64 });
});

test('a part of one copy is known to the other by its classes, and its weights by the stream they were drawn from', async () => {
  const found = await run(`
    const [g, other] = [main.import, main.require];
    const random = g.createRandom(1);
    const options = { inputs: 2, units: 2, random };
    let equal = 'none';
    try { other.sequential([g.dense(options), other.dense(options)]); } catch ({ message }) { equal = message; }
    let ignored = 'none';
    const generator = other.createGenerator(g.mlp({ sizes: [2, 2], random }), { latentSize: 2 });
    try { generator.draw(1, random, { condition: tf.tensor1d([0], 'int32') }); } catch ({ message }) { ignored = message; }
    console.log(JSON.stringify({ equal, ignored }));
  `);
  expect(found).toEqual({
    equal: expect.stringContaining('must begin with weights of its own') as string,
    ignored: expect.stringContaining('must be left out, as no network reads it') as string,
  });
});

test('a spread copy of a part is the user’s own for both copies', async () => {
  const found = await run(`
    const part = main.import.mlp({ sizes: [2, 2], random: main.import.createRandom(1) });
    const own = { ...part, apply: part.apply };
    const refusals = [];
    for (const copy of ['import', 'require']) {
      refusals.push(await refusalOf(() => copies['tfjs-generative/model'][copy].saveModel(own)));
      refusals.push(await refusalOf(() => copies['tfjs-generative/pytorch'][copy].saveStateDict(own)));
    }
    console.log(JSON.stringify(refusals));
  `);
  const own = [
    expect.stringContaining('must be made only by functions of this library'),
    expect.stringContaining('must be made by functions of this library'),
  ];
  expect(found).toEqual([...own, ...own]);
});
