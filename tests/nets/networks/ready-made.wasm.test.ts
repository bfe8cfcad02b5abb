import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import {
  batchNorm,
  countParameters,
  dcganDiscriminator,
  dcganGenerator,
  denoisingMlp,
  type groupNorm,
  residualBlock,
  unet,
  type Network,
} from '../../../src/nets/index.js';
import { createRandom } from '../../../src/random/index.js';
import { expectClose, read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const random = createRandom(1);
const largest = async (x: Tensor): Promise<number> => Math.max(...(await read(tf.abs(x))));

describe('DCGAN', () => {
  test.each([
    [28, 28, 1],
    [32, 32, 3],
    [64, 64, 3],
    [24, 16, 1],
  ])('makes and takes images of %i x %i x %i', async (...shape) => {
    const generator = dcganGenerator({ latentSize: 5, shape, width: 2, random });
    const discriminator = dcganDiscriminator({ shape, width: 2, random });
    const images = generator.apply(random.normal([2, 5]));
    expect(images.shape).toEqual([2, ...shape]);
    expect((await read(images)).every((value) => value > 0 && value < 1)).toBe(true);
    expect(discriminator.apply(images).shape).toEqual([2, 1]);
  });

  test('halves 28 twice and 64 four times, to the channels of its documentation', () => {
    const shapes = (network: Network): number[][] => network.variables.map(({ shape }) => shape);
    const small = dcganGenerator({ latentSize: 5, shape: [28, 28, 1], width: 3, random });
    expect(shapes(small).filter(({ length }) => length > 1)).toEqual([
      [5, 7 * 7 * 6],
      [4, 4, 3, 6],
      [4, 4, 1, 3],
    ]);
    const large = dcganDiscriminator({ shape: [64, 64, 3], width: 2, random });
    expect(shapes(large).filter(({ length }) => length > 1)).toEqual([
      [4, 4, 3, 2],
      [4, 4, 2, 4],
      [4, 4, 4, 8],
      [4, 4, 8, 16],
      [4 * 4 * 16, 1],
    ]);
  });

  test('has a norm in the discriminator only on request, after each convolution except the first', () => {
    const made: unknown[] = [];
    const norm = (options: Parameters<typeof groupNorm>[0]): Network => {
      made.push(options.inputs);
      return batchNorm(options);
    };
    const network = dcganDiscriminator({ shape: [32, 32, 1], width: 2, norm, random });
    expect(made).toEqual([4, 8]);
    expect(network.buffers).toHaveLength(4);
    expect(dcganDiscriminator({ shape: [32, 32, 1], width: 2, random }).buffers).toHaveLength(0);
  });

  test('gives different images and logits for different labels, if it has classes', async () => {
    const generator = dcganGenerator({ latentSize: 3, shape: [8, 8, 1], width: 2, classes: 4, random });
    const discriminator = dcganDiscriminator({ shape: [8, 8, 1], width: 2, classes: 4, random });
    const [z, x] = [tf.ones([3, 3]), tf.ones([3, 8, 8, 1])];
    const condition = tf.tensor1d([0, 3, 0], 'int32');
    const images = await read(generator.apply(z, { condition }));
    expect(images.slice(0, 64)).not.toEqual(images.slice(64, 128));
    await expectClose(images.slice(128), images.slice(0, 64));
    const logits = await read(discriminator.apply(x, { condition }));
    expect(logits[0]).not.toBe(logits[1]);
    expect(() => generator.apply(z)).toThrow('dcganGenerator: `options.condition` must be a tensor');
    expect(() => discriminator.apply(x)).toThrow('dcganDiscriminator: `options.condition` must be a tensor');
  });

  test('rejects sizes that are not 4 to 8 after halving', () => {
    const before = tf.memory().numTensors;
    for (const [shape, sides] of [
      [[27, 27, 1], '24 or 28'],
      [[28, 12, 1], '28'],
      [[4, 4, 1], '8'],
      [[36, 36, 1], '32 or 40'],
    ] as const) {
      const message = `\`shape\` must have a height and width that are 4 to 8 after halving; got [${shape.join(', ')}]. A square of ${sides} would do: resize the images, or pad them.`;
      expect(() => dcganGenerator({ latentSize: 2, shape, random })).toThrow(`dcganGenerator: ${message}`);
      expect(() => dcganDiscriminator({ shape, random })).toThrow(`dcganDiscriminator: ${message}`);
    }
    expect(tf.memory().numTensors).toBe(before);
  });
});

describe('unet', () => {
  const options = { timesteps: tf.tensor1d([1, 500], 'int32'), condition: tf.tensor1d([0, 1], 'int32') };
  /** The last convolution starts at zero; non-zero weights make the rest visible. */
  const begun = (network: Network): Network => {
    for (const variable of network.variables) {
      const noise = random.normal(variable.shape);
      variable.assign(tf.add(variable, tf.mul(0.1, noise)));
    }
    return network;
  };

  test('has the number of parameters that its documentation says', () => {
    expect(countParameters(unet({ channels: 1, random }))).toBe(304_737);
  });

  test('initially outputs zeros, for images of any size that can be halved', async () => {
    const network = unet({ channels: 3, widths: [2, 4, 4], groups: 2, blocks: 2, attention: [2], random });
    expect(await largest(network.apply(tf.ones([2, 8, 4, 3]), options))).toBe(0);
    expect(begun(network).apply(tf.ones([2, 12, 8, 3]), options).shape).toEqual([2, 12, 8, 3]);
    expect(() => network.apply(tf.ones([2, 8, 6, 3]), options)).toThrow(
      'unet: `input` must have shape [?, ?, ?, 3]; got [2, 8, 6, 3]. ' +
        'Height and width must be divisible by 4, as there are 3 widths: 4 and 8 would do.',
    );
  });

  test('depends on the timestep, and on the label if it has classes', async () => {
    const x = tf.ones([2, 4, 4, 1]);
    const network = begun(unet({ channels: 1, widths: [2, 4], groups: 2, classes: 2, random }));
    const same = { timesteps: tf.tensor1d([7, 7], 'int32'), condition: tf.tensor1d([1, 1], 'int32') };
    const difference = (applied: object): Promise<number> => {
      const [first, second] = tf.split(network.apply(x, { ...same, ...applied }), 2);
      return largest(tf.sub(first!, second!));
    };
    expect(await difference({})).toBeLessThan(1e-6);
    expect(await difference({ timesteps: options.timesteps })).toBeGreaterThan(1e-3);
    expect(await difference({ condition: options.condition })).toBeGreaterThan(1e-3);
    // no label is the same as the label -1
    const none = network.apply(x, { ...same, condition: tf.tensor1d([-1, -1], 'int32') });
    await expectClose(network.apply(x, { timesteps: same.timesteps }), await read(none));
    expect(() => network.apply(x)).toThrow('unet: `options.timesteps` must be a tensor');
  });

  test('rejects an odd first width, and groups that do not divide', () => {
    const before = tf.memory().numTensors;
    expect(() => unet({ channels: 1, widths: [3, 4], random })).toThrow('unet: `widths[0]` must be even; got 3.');
    expect(() => unet({ channels: 1, attention: [2], random })).toThrow(
      'unet: `attention[0]` must be finite and at least 0 and below 2; got 2.',
    );
    expect(() => unet({ channels: 1, widths: [8, 12], random })).toThrow(
      'unet: `widths[1]` must be a multiple of `groups`, 8; got 12.',
    );
    expect(tf.memory().numTensors).toBe(before);
  });
});

test('a residual block starts as its shortcut', async () => {
  const x = random.normal([2, 3, 3, 8]);
  const block = residualBlock({ inputs: 8, filters: 8, conditionSize: 2, random });
  await expectClose(block.apply(x, { condition: tf.ones([2, 2]) }), await read(x));
  expect(() => block.apply(x)).toThrow('residualBlock: `options.condition` must be a tensor');
});

test('denoisingMlp depends on the timestep and the label', async () => {
  const network = denoisingMlp({ size: 2, width: 8, classes: 3, random });
  const x = tf.ones([3, 2]);
  const timesteps = tf.tensor1d([4, 4, 90], 'int32');
  const output = await read(network.apply(x, { timesteps, condition: tf.tensor1d([0, 2, 2], 'int32') }));
  const rows = [0, 1, 2].map((i) => output.slice(2 * i, 2 * i + 2));
  expect(rows[0]).not.toEqual(rows[1]);
  expect(rows[1]).not.toEqual(rows[2]);
  const unlabelled = await read(network.apply(x, { timesteps }));
  expect(unlabelled.slice(0, 2)).toEqual(unlabelled.slice(2, 4));
});
