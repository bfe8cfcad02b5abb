import { expect, test } from 'vitest';
import { bernoulli } from '../../src/distributions/index.js';
import { createGenerator } from '../../src/gan/index.js';
import { batchNorm, countParameters, dense, sequential, type Network } from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { createDecoder, createGaussianEncoder } from '../../src/vae/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(1);
const layer = (inputs: number, units: number): Network => dense({ inputs, units, random });

test('the numbers of weights and biases are counted, those of statistics are not', () => {
  const network = sequential([layer(3, 5), batchNorm({ inputs: 5 })]);
  expect(network.buffers!.length).toBeGreaterThan(0);
  expect(countParameters(network)).toBe(3 * 5 + 5 + 5 + 5);
});

test('parts have the parameters of their networks, and several parts the sum', () => {
  const encoder = createGaussianEncoder(layer(7, 4), { latentSize: 2 });
  const decoder = createDecoder(layer(2, 7), { likelihood: bernoulli });
  const generator = createGenerator(layer(2, 3), { latentSize: 2 });
  expect([encoder, decoder, generator].map((part) => countParameters(part))).toEqual([32, 21, 9]);
  expect(countParameters(...Object.values({ encoder, decoder, generator }))).toBe(62);
  expect(countParameters()).toBe(0);
});

test('a variable that two parts share counts once', () => {
  const shared = layer(2, 2);
  expect(countParameters(sequential([shared, layer(2, 3)]), shared)).toBe(6 + 9);
});

test('a value without variables is rejected, with its position', () => {
  expect(() => countParameters(layer(1, 1), undefined as unknown as Network)).toThrow(
    'countParameters: `parts[1].variables` must be an array of variables; got undefined.',
  );
  expect(() => countParameters({} as Network)).toThrow(TypeError);
});
