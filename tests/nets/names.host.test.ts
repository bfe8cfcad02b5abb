import { describe, expect, test } from 'vitest';
import * as nets from '../../src/nets/index.js';
import { createRandom } from '../../src/random/index.js';
import { inScope } from '../support/in-scope.js';

inScope();

const random = createRandom(1);

/** Each function that makes a layer or a network from options, with right ones. */
const makers: Readonly<Record<string, object>> = {
  attention: { inputs: 4, heads: 2, causal: true, random },
  batchNorm: { inputs: 4, activation: nets.relu, momentum: 0.5, epsilon: 1e-3 },
  conv1d: { inputs: 1, filters: 1, kernelSize: 3, strides: 1, padding: 'same', activation: nets.relu, random },
  conv1dTranspose: { inputs: 1, filters: 1, kernelSize: 3, strides: 1, padding: 'same', activation: nets.relu, outputSize: 4, random }, // prettier-ignore
  conv2d: { inputs: 1, filters: 1, kernelSize: 3, strides: 1, padding: 'same', activation: nets.relu, random },
  conv2dTranspose: { inputs: 1, filters: 1, kernelSize: 3, strides: 1, padding: 'same', activation: nets.relu, outputSize: [4, 4], random }, // prettier-ignore
  convDecoder: { inputs: 2, shape: [4, 4, 1], widths: [2], activation: nets.relu, random },
  convEncoder: { shape: [4, 4, 1], widths: [2], outputs: 2, activation: nets.relu, random },
  crossAttention: { inputs: 4, context: 3, heads: 2, random },
  dcganDiscriminator: { shape: [16, 16, 1], width: 8, classes: 2, norm: nets.batchNorm, random },
  dcganGenerator: { latentSize: 2, shape: [16, 16, 1], width: 8, classes: 2, random },
  denoisingMlp: { size: 2, width: 4, classes: 2, random },
  dense: { inputs: 2, units: 2, activation: nets.relu, random },
  dit: { size: [8, 8], channels: 1, patch: 4, width: 8, depth: 1, heads: 4, attend: nets.crossAttention, classes: 2, timeSize: 8, dropoutRate: 0.5, random }, // prettier-ignore
  ditBlock: { inputs: 8, heads: 4, conditionSize: 2, attend: nets.crossAttention, dropoutRate: 0.5, random },
  dropout: { rate: 0.5 },
  embedding: { classes: 2, size: 2, random },
  gaussianNoise: { standardDeviation: 1 },
  groupNorm: { inputs: 8, groups: 4, activation: nets.relu, epsilon: 1e-3 },
  layerNorm: { inputs: 8, activation: nets.relu, epsilon: 1e-3 },
  minibatchStddev: { groupSize: 2 },
  mlp: { sizes: [2, 2], activation: nets.relu, random },
  residualBlock: {
    inputs: 8,
    filters: 8,
    groups: 4,
    activation: nets.relu,
    conditionSize: 2,
    dropoutRate: 0.5,
    random,
  },
  reshape: { shape: [2, 2] },
  textEncoder: { tokens: 4, length: 3, width: 4, heads: 2, layers: 1, random },
  timeEmbedding: { size: 4, maxPeriod: 100 },
  unet1d: { channels: 1, widths: [8, 16], blocks: 1, attention: [0], attend: nets.crossAttention, classes: 2, timeSize: 8, dropoutRate: 0.5, groups: 4, random }, // prettier-ignore
  unet: { channels: 1, widths: [8, 16], blocks: 1, attention: [0], attend: nets.crossAttention, classes: 2, timeSize: 8, dropoutRate: 0.5, groups: 4, random }, // prettier-ignore
  upsample: { factor: 2 },
};

/** Values that no option accepts, or only some. */
const wrong: readonly unknown[] = [null, 'one', -1, 0.5, NaN, 7, 2, [], [3, 'x'], [4, 4, 4, 4], () => undefined, {}];

describe.each(Object.entries(makers))('%s', (name, options) => {
  const make = (nets as unknown as Readonly<Record<string, (options: object) => nets.Network>>)[name]!;

  test('takes the right options, so that each error below is about the wrong one', () => {
    make(options).dispose();
  });

  test.each(Object.keys(options))('names itself and `%s`, if that option is wrong', (option) => {
    const messages = wrong.flatMap((value) => {
      try {
        make({ ...options, [option]: value }).dispose();
        return [];
      } catch (error) {
        return [(error as Error).message];
      }
    });
    expect(messages.length).toBeGreaterThan(3);
    for (const message of messages) expect(message).toMatch(new RegExp(`^${name}: \`\\w+[^\`]*\` `));
  });
});
