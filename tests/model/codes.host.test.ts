import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { bernoulli, createDecoder, createRandom, mlp, reshape, sequential } from '../../src/index.js';
import { loadModel, saveModel } from '../../src/model/index.js';
import {
  createCodebook,
  createCodePrior,
  createQuantizedEncoder,
  createTokenModel,
  finiteScalarQuantizer,
  sampleCodes,
  transformer,
  type Quantizer,
} from '../../src/tokens/index.js';
import { read } from '../support/close.js';
import { inScope } from '../support/in-scope.js';

inScope();

test.each<[string, () => Quantizer]>([
  ['levels', () => finiteScalarQuantizer({ levels: [3, 4] })],
  ['a codebook', () => createCodebook({ codes: 12, size: 2, random: createRandom(4) })],
])('a VAE of %s and a learned prior is written with its quantizer once, and does the same again', async (_, make) => {
  const random = createRandom(3);
  const quantizer = make();
  const network = sequential([mlp({ sizes: [5, 6], random }), reshape({ shape: [3, 2] })]);
  const encoder = createQuantizedEncoder(network, { quantizer });
  const decoder = createDecoder(mlp({ sizes: [6, 5], random }), { likelihood: bernoulli });
  const size = { tokens: 12, length: 3 };
  const tokens = createTokenModel(transformer({ ...size, width: 4, heads: 1, layers: 1, random }), size);
  for (const variable of tokens.variables) tf.tidy(() => variable.assign(tf.add(variable, 0.3)));
  const prior = createCodePrior(tokens, { quantizer, shape: [3, 2] });
  const x = createRandom(5).normal([4, 5]);
  // also a codebook that has moved
  encoder.draw(x, random, { training: true });

  const loaded = await loadModel(await saveModel({ encoder, decoder, prior }), {
    as: { encoder: 'quantizedEncoder', decoder: 'decoder', prior: 'codePrior' },
  });
  expect(loaded.prior.quantizer).toBe(loaded.encoder.quantizer);
  const doings = async (model: Pick<typeof loaded, 'encoder' | 'prior'>): Promise<number[][]> => {
    const { z } = model.encoder.draw(x, createRandom(6));
    const drawn = await sampleCodes(model.prior, 5, { random: createRandom(7) });
    return Promise.all([z, model.encoder.indices(x), model.prior.logProb(z), drawn].map(read));
  };
  expect(await doings(loaded)).toEqual(await doings({ encoder, prior }));
  const single = await loadModel(await saveModel(quantizer), { as: 'quantizer' });
  expect(await read(single.quantize(tf.reshape(x, [10, 2])).z)).toEqual(
    await read(quantizer.quantize(tf.reshape(x, [10, 2])).z),
  );
  for (const part of [...Object.values(loaded), single]) part.dispose();
});
