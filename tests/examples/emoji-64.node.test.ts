import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPictureModel } from '../../examples/emoji-samples/picture-model.js';
import { guided } from '../../examples/emoji-samples/sampling.js';
import { upscale } from '../../examples/emoji-samples/upscaler.js';
import { deepDenoiser, changesOf, startFrom } from '../../examples/research/emoji-64/denoiser.js';
import { examplePath } from '../../examples/shared/example-path.js';
import { encodeGif } from '../../examples/shared/gif.js';
import { choose, pixelsOf } from '../../examples/shared/colour-pictures.js';
import { loadPictures } from '../../examples/shared/load-pictures.js';
import { createRandom, type Denoiser, type Network } from '../../src/index.js';
import { loadFile } from '../../src/node/index.js';
import '../setup/wasm.js'; // on cpu the convolutions would take minutes

const CLASSES = 9;
const length = CLASSES + changesOf(CLASSES).size;

describe('a deeper denoiser', () => {
  let trained: Denoiser;
  let deep: Denoiser;
  beforeAll(async () => {
    trained = (await loadPictureModel(await loadFile(examplePath('emoji-samples/denoiser.safetensors')))).denoiser;
    deep = deepDenoiser(length, createRandom(1));
    startFrom(deep, trained);
  });
  afterAll(() => [trained, deep].forEach((part) => part.dispose()));

  it('starts with the function of the trained one, whichever changes its condition names', async () => {
    const random = createRandom(2);
    const x = random.normal([3, 32, 32, 3]);
    const t = tf.tensor1d([20, 400, 950], 'int32');
    const labels = tf.tensor1d([0, 6, 8], 'int32');
    const changes = tf.concat(
      [tf.oneHot(labels, CLASSES, 1, 0, 'float32'), random.uniform([3, length - CLASSES], -1, 1)],
      1,
    );
    const expected = trained.predict(x, t, { condition: labels });
    for (const condition of [labels, changes]) {
      const difference = tf.max(tf.abs(tf.sub(deep.predict(x, t, { condition }), expected)));
      expect((await difference.data())[0]).toBe(0);
    }
  });

  it('is copied whole from one of its own kind', async () => {
    const other = deepDenoiser(length, createRandom(3));
    startFrom(other, deep);
    const pairs = other.variables.map((variable, i) => [variable, deep.variables[i]!] as const);
    const same = await Promise.all(pairs.map(async ([a, b]) => (await tf.all(tf.equal(a, b)).data())[0] === 1));
    expect(same.every(Boolean)).toBe(true);
    other.dispose();
  });
});

describe('the guidance of the included model', () => {
  it('leads away from the weaker denoiser in much noise, and by classes in less, with labels and with vectors', async () => {
    const [larger, smaller] = await Promise.all(
      ['emoji-64', 'denoiser'].map((name) => loadFile(examplePath(`emoji-samples/${name}.safetensors`))),
    );
    const { denoiser, sampling } = await loadPictureModel(larger!, smaller);
    const { denoiser: weaker } = await loadPictureModel(smaller!);
    const led = guided(denoiser, sampling);
    const xt = createRandom(2).normal([2, 32, 32, 3]);
    const labels = tf.tensor1d([2, 6], 'int32');
    const vectors = tf.oneHot(labels, length, 1, 0, 'float32');
    const estimate = (by: Denoiser, t: number, condition?: tf.Tensor) =>
      by.estimate(xt, tf.fill([2], t, 'int32'), { condition }).sample;
    // log(alpha / sigma) is -1.8, and 0
    const mixed = (factor: number, a: tf.Tensor, b: tf.Tensor) => tf.sub(tf.mul(factor, a), tf.mul(factor - 1, b));
    const expected = {
      900: mixed(1.7, estimate(denoiser, 900, labels), estimate(weaker, 900, labels)),
      500: mixed(2.2, estimate(denoiser, 500, labels), estimate(denoiser, 500)),
    };
    for (const [t, sample] of Object.entries(expected)) {
      for (const condition of [labels, vectors]) {
        const difference = tf.max(tf.abs(tf.sub(estimate(led, Number(t), condition), sample)));
        expect((await difference.data())[0]).toBeLessThan(1e-4);
      }
    }
  });
});

describe('the included upscaler', () => {
  let upscaler: Network;
  beforeAll(async () => {
    upscaler = (await loadPictureModel(await loadFile(examplePath('emoji-samples/emoji-64.safetensors')))).upscaler!;
  });

  it('draws pictures whose means over 2 x 2 pixels are the pictures that it enlarged', async () => {
    const { heldOut } = await loadPictures({ size: 32, background: [1, 1, 1] });
    const small = pixelsOf(
      choose(
        heldOut,
        Array.from({ length: 40 }, (_, i) => 16 * i),
      ),
    );
    const large = upscale(upscaler, small);
    expect(large.shape).toEqual([40, 64, 64, 3]);
    const error = tf.sqrt(tf.mean(tf.squaredDifference(tf.avgPool(large as tf.Tensor4D, 2, 2, 'valid'), small)));
    expect((await error.data())[0]).toBeLessThan(0.03);
  });
});

describe('encodeGif', () => {
  it('writes a loop of all frames, and disposes them', async () => {
    const before = tf.memory().numTensors;
    const frames = [0, 0.5, 1].map((value, i) => ({
      picture: tf.fill([6, 10, 3], value),
      milliseconds: 100 * (i + 1),
    }));
    const bytes = Buffer.from(await encodeGif(frames));
    expect(tf.memory().numTensors).toBe(before);
    expect(bytes.subarray(0, 6).toString('latin1')).toBe('GIF89a');
    expect([bytes.readUInt16LE(6), bytes.readUInt16LE(8)]).toEqual([10, 6]);
    expect(bytes.includes('NETSCAPE2.0')).toBe(true);
    // the block before each frame: its delay is in hundredths of a second
    const delays = [];
    for (let at = bytes.indexOf('21f904', 0, 'hex'); at >= 0; at = bytes.indexOf('21f904', at + 1, 'hex')) {
      delays.push(bytes.readUInt16LE(at + 4));
    }
    expect(delays).toEqual([10, 20, 30]);
  });
});
