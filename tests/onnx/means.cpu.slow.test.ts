import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { columnsLikelihood, describeTable } from '../../src/tables/index.js';
import { likelihoods } from '../contract/likelihoods.js';
import { difference, runOnnx } from './run-onnx.js';

/** A decoder whose parameters are its latents, as vectors or as maps of these channels. */
function decoderOf(likelihood: g.Likelihood, size: number, shape: readonly number[] = [size]): g.Decoder {
  const same = g.dense({ inputs: size, units: size, random: g.createRandom(1) });
  tf.tidy(() => {
    same.variables[0]!.assign(tf.eye(size));
    same.variables[1]!.assign(tf.zeros([size]));
  });
  return g.createDecoder(g.sequential([same, g.reshape({ shape })]), { likelihood });
}

/** The means in ONNX Runtime are ours, relative to numbers above 1. */
async function expectMean(decoder: g.Decoder, parameters: tf.Tensor): Promise<void> {
  const ours = decoder.mean(parameters);
  const bytes = await saveOnnx(decoder);
  const { mean } = await runOnnx(bytes, [parameters]);
  const most = Math.max(1, ...(await tf.abs(ours).data()));
  expect((await difference(ours, mean)) / most).toBeLessThan(1e-5);
}

test.each(likelihoods)('$name: the mean of ordinary and of extreme parameters', async (given) => {
  const rows = [...given.parameters, ...given.extremes];
  await expectMean(decoderOf(given.likelihood, given.parameterSize), tf.tensor2d(rows as number[][]));
});

const start = { mean: 0.5, logScale: -2 };
const options: readonly [name: string, likelihood: g.Likelihood][] = [
  ...[2, 3, 64, 65, 256, 65536].map((levels): [string, g.Likelihood] => [
    `discretizedLogistic of ${levels} levels`,
    g.discretizedLogistic({ levels, start }),
  ]),
  ['discretizedLogistic without a start', g.discretizedLogistic({ levels: 256 })],
  ['categorical of 2', g.categorical({ classes: 2 })],
  ['categorical of 5', g.categorical({ classes: 5 })],
  ['learnedGaussian without a bound', g.learnedGaussian()],
  ['gaussian', g.gaussian({ variance: 0.1 })],
  ['continuousBernoulli', g.continuousBernoulli],
];

test.each(options)('%s: the mean of maps of two channels, and of one', async (_, likelihood) => {
  const random = g.createRandom(5);
  for (const channels of [1, 2]) {
    const all = channels * likelihood.parameterSize;
    await expectMean(decoderOf(likelihood, 6 * all, [3, 2, all]), random.normal([4, 6 * all]));
  }
});

test('a table’s decoder has the mean of its likelihood', async () => {
  const description = describeTable([
    { kind: 'a', size: 1.5 },
    { kind: 'b', size: 2.5 },
  ]);
  const likelihood = columnsLikelihood(description);
  const size = 2 * likelihood.parameterSize;
  await expectMean(decoderOf(likelihood, size), g.createRandom(2).normal([3, size]));
});
