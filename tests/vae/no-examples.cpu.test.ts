import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, test } from 'vitest';
import { createFlowPrior, createHierarchicalEncoder, createRandom, mlp } from '../../src/index.js';

// tfjs's cpu backend cannot slice a concatenation of nothing
afterEach(() => tf.disposeVariables());

const random = createRandom(1);

test('a flow has no densities of no latents', () => {
  const prior = createFlowPrior({ latentSize: 3, random });
  expect(prior.logProb(prior.sample([2, 3], random)).shape).toEqual([2]);
  expect(prior.logProb(tf.zeros([0, 3])).shape).toEqual([0]);
});

test.each([undefined, 2])('a hierarchical encoder draws no latents of no examples, with samples: %s', (samples) => {
  const encoder = createHierarchicalEncoder([mlp({ sizes: [4, 2], random })], { latentSizes: [1] });
  const { z, logProb } = encoder.draw(tf.zeros([0, 4]), random, { samples });
  expect([z.shape, logProb.shape]).toEqual([[0, 1], [0]]);
});
