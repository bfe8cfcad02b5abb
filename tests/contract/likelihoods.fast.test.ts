import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { createRandom } from '../../src/random/index.js';
import { ShapeError } from '../../src/tensor/errors.js';
import { checkLikelihood } from '../../src/testing/index.js';
import { meanAndError } from '../math/mean-and-error.js';
import { expectOracle, read } from '../support/close.js';
import { slope } from './densities.js';
import { likelihoods, type LikelihoodCase } from './likelihoods.js';
import { cycle, pixelsOf, tensorsOf, type Pixel } from './pixels.js';
import { checkNoLeaks } from '../support/checks.js';
import { inScope } from '../support/in-scope.js';

inScope();

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

/** The derivative of log p with respect to the data (0) or a parameter (1, 2, ...), in float64. */
function derivative({ logProb }: LikelihoodCase, { x, parameters }: Pixel, variable: number): number {
  const all = [x, ...parameters];
  const along = (value: number): number => {
    const [moved, ...rest] = all.map((own, i) => (i === variable ? value : own));
    return logProb(moved!, rest);
  };
  return slope(along, all[variable]!);
}

/** The same, mixed with the derivative along (1, 1, ...) of data and parameters: a row sum of the matrix of second ones. */
function secondDerivative(entry: LikelihoodCase, { x, parameters }: Pixel, variable: number): number {
  const along = (step: number): number =>
    derivative(entry, { x: x + step, parameters: parameters.map((value) => value + step) }, variable);
  return slope(along, 0, 2e-4);
}

/** The gradients of the sum of f in data and parameters, as [pixel][variable]: for one channel. */
async function rows(gradients: readonly Tensor[]): Promise<number[]> {
  return read(
    tf.concat(
      gradients.map((gradient) => tf.reshape(gradient, [gradient.shape[0], -1])),
      1,
    ),
  );
}

describe.each(likelihoods)('$name', (entry) => {
  const { likelihood, parameterSize } = entry;
  const everything = pixelsOf(entry, [...entry.parameters, ...entry.extremes]);
  const ordinary = pixelsOf(entry, entry.parameters);
  const variables = [...new Array(parameterSize + 1).keys()];

  test('has the stated number of parameters per number', () => {
    expect(likelihood.parameterSize).toBe(parameterSize);
  });

  test('says whether its parameters are logits, whose means are 1/2 at 0 and the ends of the range far from it', async () => {
    const means = await read(likelihood.mean(tf.tile(tf.tensor2d([[0, 80, -80, 0]]), [1, parameterSize])));
    const areLogits = parameterSize === 1 && Math.hypot(means[0]! - 0.5, means[1]! - 1, means[2]!) < 0.05;
    expect(likelihood.logits ?? false).toBe(areLogits);
  });

  test('has the log-probabilities of a float64 implementation, extreme parameters included', async () => {
    const { x, parameters } = tensorsOf(everything, [everything.length, 1]);
    const expected = everything.map((pixel) => entry.logProb(pixel.x, pixel.parameters));
    await expectOracle(likelihood.logProb(x, parameters), expected, { relative: 1e-5, absolute: 2e-6 });
  });

  test('has the gradients of a float64 implementation, extreme parameters included', async () => {
    const { x, parameters } = tensorsOf(everything, [everything.length, 1]);
    const gradients = tf.grads((data, own) => tf.sum(likelihood.logProb(data, own)))([x, parameters]);
    const expected = everything.flatMap((pixel) => variables.map((variable) => derivative(entry, pixel, variable)));
    await expectOracle(await rows(gradients), expected, { relative: 1e-4, absolute: 2e-5 });
  });

  test('has the second derivatives of a float64 implementation', async () => {
    const { x, parameters } = tensorsOf(ordinary, [ordinary.length, 1]);
    const first = tf.grads((data, own) => tf.sum(likelihood.logProb(data, own)));
    const total = (data: Tensor, own: Tensor): Tensor => {
      const [ofData, ofParameters] = first([data, own]);
      return tf.add(tf.sum(ofData!), tf.sum(ofParameters!));
    };
    const gradients = tf.grads((data, own) => total(data, own))([x, parameters]);
    const expected = ordinary.flatMap((pixel) => variables.map((variable) => secondDerivative(entry, pixel, variable)));
    const size = Math.max(...expected.map(Math.abs));
    await expectOracle(await rows(gradients), expected, { relative: 2e-3, absolute: 1e-4 * (1 + size) });
  });

  test('has the mean that follows from its own probabilities', async () => {
    const { points, weights } = grid(entry.support);
    const own = [...entry.parameters, ...entry.extremes].map((values) => values.map(Math.fround));
    const inside = own.filter((values) => Math.abs(total(values) - 1) < 1e-6);
    expect(inside.length).toBeGreaterThanOrEqual(entry.parameters.length);
    function total(values: number[]): number {
      return sum(points.map((x, k) => weights[k]! * Math.exp(entry.logProb(x, values))));
    }
    const expected = inside.map((values) =>
      sum(points.map((x, k) => weights[k]! * x * Math.exp(entry.logProb(x, values)))),
    );
    const mean = likelihood.mean(tf.tensor2d(inside));
    await expectOracle(mean, expected, { relative: 1e-5, absolute: 2e-6 + (entry.meanTolerance ?? 0) });
  });

  // A GPU in software compiles shaders for each shape: it runs only the layout in blocks, and no laws that repeat these numbers.
  const isSlow = /web/.test(tf.getBackend());
  const layouts = [
    { images: 'three-channel', channels: 3 },
    { images: 'grey', channels: 1 },
  ];
  describe.each(layouts.slice(0, isSlow ? 1 : 2))('for $images images', ({ channels }) => {
    const shape = [2, 3, 2, channels];
    const pixels = cycle(ordinary, 2 * 6 * channels);
    const tensors = () => tensorsOf(pixels, shape);

    test('sums the numbers of each example, whose parameters are in blocks', async () => {
      const { x, parameters } = tensors();
      const logProb = likelihood.logProb(x, parameters);
      expect(logProb.shape).toEqual([2]);
      const each = pixels.map((pixel) => entry.logProb(pixel.x, pixel.parameters));
      const half = each.length / 2;
      await expectOracle(logProb, [sum(each.slice(0, half)), sum(each.slice(half))], {
        relative: 1e-5,
        absolute: 1e-5,
      });
    });

    test('gives means and samples of the shape of the data, within its support', async () => {
      const { x, parameters } = tensors();
      const mean = likelihood.mean(parameters);
      const sample = likelihood.sample(parameters, createRandom(5));
      expect([mean.shape, sample.shape]).toEqual([x.shape, x.shape]);
      expect([mean.dtype, sample.dtype]).toEqual(['float32', 'float32']);
      for (const value of await read(sample)) expect(isInside(entry, value), `${value}`).toBe(true);
    });

    // one layout is enough for laws that checkLikelihood states
    if (!isSlow && channels > 1)
      test('keeps the laws that checkLikelihood checks', async () => {
        const { x, parameters } = tensorsOf(cycle(ordinary, 2 * channels), [2, channels]);
        await checkLikelihood(likelihood, {
          x,
          parameters,
          random: createRandom(8),
          support: entry.support,
          step: 2 ** -10,
          relative: 5e-3,
          ...(entry.meanTolerance === undefined ? {} : { meanTolerance: entry.meanTolerance }),
        });
      });
  });

  test('draws samples whose average is within four standard errors of the mean, even at extremes', async () => {
    const own = [...entry.parameters, ...entry.extremes];
    const count = 4000;
    const parameters = tf.tile(tf.tensor3d([own.map((values) => [...values])]), [count, 1, 1]);
    const draws = await read(likelihood.sample(parameters, createRandom(21)));
    const means = await read(likelihood.mean(tf.tensor2d(own.map((values) => [...values]))));
    means.forEach((mean, i) => {
      const average = meanAndError(draws.filter((_, k) => k % own.length === i));
      const allowed = 4 * average.error + (entry.meanTolerance ?? 0) + 1e-6 * Math.abs(mean) + 1e-7;
      expect(Math.abs(average.mean - mean), `parameters ${own[i]!.join(', ')}`).toBeLessThanOrEqual(allowed);
    });
  });

  test('draws samples as wide as its own probabilities imply: x squared within four standard errors', async () => {
    const { points, weights } = grid(entry.support);
    const count = 4000;
    const parameters = tf.tile(tf.tensor3d([entry.parameters.map((values) => [...values])]), [count, 1, 1]);
    const draws = await read(likelihood.sample(parameters, createRandom(22)));
    entry.parameters.forEach((own, i) => {
      const squares = draws.filter((_, k) => k % entry.parameters.length === i).map((draw) => draw ** 2);
      const expected = sum(points.map((x, k) => weights[k]! * x ** 2 * Math.exp(entry.logProb(x, own))));
      const { mean, error } = meanAndError(squares);
      expect(Math.abs(mean - expected), `parameters ${own.join(', ')}`).toBeLessThanOrEqual(4 * error + 1e-6);
    });
  });

  test('rejects integers with an error that names the cast and the division by 255', () => {
    const { x, parameters } = tensorsOf(cycle(ordinary, 4), [2, 2]);
    const bytes = tf.cast(x, 'int32');
    if (entry.takesIntegers === undefined) {
      expect(() => likelihood.logProb(bytes, parameters)).toThrow(TypeError);
      expect(() => likelihood.logProb(bytes, parameters)).toThrow(
        /^\w+\.logProb: `x` must be float32; got int32\. .*cast.*255/,
      );
    }
    const integers = tf.cast(parameters, 'int32');
    for (const call of [() => likelihood.mean(integers), () => likelihood.sample(integers, createRandom(1))]) {
      expect(call).toThrow(/`parameters` must be float32; got int32/);
    }
  });

  test('rejects parameters of another shape with a ShapeError that has both shapes', () => {
    const { x, parameters } = tensorsOf(cycle(ordinary, 6), [2, 3]);
    const wrong = tf.concat([parameters, tf.zeros([2, 1])], 1);
    const error = thrown(() => likelihood.logProb(x, wrong));
    expect(error).toBeInstanceOf(ShapeError);
    expect(error).toMatchObject({
      argument: 'parameters',
      expected: [2, 3 * parameterSize],
      received: [2, 3 * parameterSize + 1],
    });
    if (parameterSize > 1) expect(thrown(() => likelihood.mean(wrong))).toBeInstanceOf(ShapeError);
  });

  test('leaves no tensor behind, even when it throws', async () => {
    const { x, parameters } = tensorsOf(cycle(ordinary, 6), [2, 3]);
    const wrong = tf.zeros([2, 3 * parameterSize + 1]);
    await checkNoLeaks(() => likelihood.logProb(x, parameters));
    await checkNoLeaks(() => likelihood.mean(parameters));
    await checkNoLeaks(() => likelihood.sample(parameters, createRandom(1)));
    await checkNoLeaks(() => tf.grads((a, b) => tf.sum(likelihood.logProb(a, b)))([x, parameters]));
    await checkNoLeaks(() => {
      expect(() => likelihood.logProb(x, wrong)).toThrow();
      expect(() => likelihood.sample(parameters, null as never)).toThrow(/`random` must be a random stream/);
    });
    expect(x.isDisposed || parameters.isDisposed).toBe(false);
  });
});

function isInside({ support }: LikelihoodCase, value: number): boolean {
  if ('values' in support) return support.values.some((allowed) => Math.abs(allowed - value) < 1e-6);
  return value >= support.from && value <= support.to;
}

/** Points and weights of a sum or of Simpson's integral over the support. */
function grid(support: LikelihoodCase['support']): { points: readonly number[]; weights: readonly number[] } {
  if ('values' in support) return { points: support.values, weights: support.values.map(() => 1) };
  const count = 20001;
  const width = (support.to - support.from) / (count - 1);
  const points = Array.from({ length: count }, (_, k) => support.from + k * width);
  const weight = (k: number): number => (k === 0 || k === count - 1 ? 1 : 2 + 2 * (k % 2));
  return { points, weights: points.map((_, k) => (width / 3) * weight(k)) };
}

function thrown(f: () => unknown): unknown {
  try {
    f();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}
