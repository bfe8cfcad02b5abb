import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { shaken } from './cases.js';
import { difference, runBatches } from './run-onnx.js';

const random = g.createRandom(8);
const of = (name: string) => random.fork(name);
const embedding = (size: number): g.Network => g.embedding({ classes: 3, size, random: of(`labels ${size}`) });
const conv = (inputs: number, filters: number): g.Network =>
  g.conv2d({ inputs, filters, kernelSize: 3, activation: g.tanh, random: of(`${filters} of ${inputs}`) });
const small = { widths: [2, 4], groups: 2, timeSize: 4, random };

/** Networks from maps of so many channels to as many, or to others. */
const bodies: Readonly<Record<string, (channels: number) => g.Network>> = {
  'a U-Net': (channels) => g.unet({ channels, ...small }),
  'a U-Net with labels': (channels) => g.unet({ channels, classes: 3, attention: [1], ...small }),
  'a diffusion transformer': (channels) =>
    g.dit({ size: 4, channels, width: 4, heads: 2, depth: 1, classes: 3, random }),
  'a U-Net of patches': (channels) => g.patchwise(g.unet({ channels: 4 * channels, ...small })),
  'a convolution of patches': (channels) => g.patchwise(conv(4 * channels, 4 * channels)),
  'a chain that ends in a norm': (channels) =>
    g.sequential([conv(channels, 5), conv(5, channels), g.batchNorm({ inputs: channels })]),
  'a block': (channels) => g.residual(g.sequential([conv(channels, 5), conv(5, channels)])),
  'an enlargement': (channels) => g.sequential([conv(channels, channels), g.upsample()]),
  'more channels': (channels) => conv(channels, channels + 1),
  'fewer channels': (channels) => conv(channels, channels - 2),
  'a label within': (channels) => g.withCondition(conv(channels + 2, channels), embedding(2)),
  'a scale and a shift from a label': (channels) =>
    g.withScaleAndShift(conv(channels, channels), embedding(2 * channels)),
};

/** What a network with a picture of one channel is within, or the other way round; each shows maps of three channels. */
const wrappers: Readonly<Record<string, (body: (channels: number) => g.Network) => g.Network>> = {
  'by a name': (body) => g.withPicture(body(4), { channels: 1, name: 'grey' }),
  'frozen, by a name': (body) => g.freeze(g.withPicture(g.freeze(body(4)), { channels: 1, name: 'grey' })),
  'of two names': (body) =>
    g.withPicture(g.withPicture(body(6), { channels: 2, name: 'depth' }), { channels: 1, name: 'grey' }),
  'before another layer': (body) => g.sequential([g.withPicture(body(4), { channels: 1, name: 'grey' }), g.upsample()]),
  'with a label beside it': (body) =>
    g.withCondition(g.withPicture(body(6), { channels: 1, name: 'grey' }), embedding(2)),
  'with a named label beside it': (body) => {
    const labelled = g.withNamedCondition(g.withCondition(g.freeze(body(6)), embedding(2)), { name: 'style' });
    return g.withPicture(labelled, { channels: 1, name: 'grey' });
  },
};

/** What the networks read, for so many examples. */
function batchOf(count: number): {
  readonly x: Tensor;
  readonly given: g.ApplyOptions;
  readonly all: Record<string, Tensor>;
} {
  const one = g.createRandom(3);
  const labels = (...values: number[]): Tensor => tf.slice(tf.tensor1d(values, 'int32'), [0], [count]);
  const [x, condition, timesteps] = [one.normal([count, 4, 4, 3]), labels(2, -1, 0), labels(7, 0, 999)];
  const conditions = {
    grey: one.normal([count, 4, 4, 1]),
    depth: one.normal([count, 4, 4, 2]),
    style: labels(1, 2, -1),
  };
  return { x, given: { condition, timesteps, conditions }, all: { x, condition, timesteps, ...conditions } };
}

const batches = [1, 3].map(batchOf);

async function expectSame(network: g.Network, given = batches): Promise<void> {
  const outputs = await runBatches(
    await saveOnnx(shaken(network)),
    given.map(({ all }) => all),
  );
  for (const [i, { x, given: options }] of given.entries()) {
    const ours = tf.tidy(() => network.apply(x, options));
    const size = Math.max(1, ...(await tf.abs(ours).data()));
    expect((await difference(ours, outputs[i]!['output'])) / size).toBeLessThan(1e-5);
  }
}

test.each(Object.entries(bodies))('%s is shown a picture, as in ONNX Runtime', async (_, body) => {
  await expectSame(g.withPicture(body(4), { channels: 1, name: 'grey' }));
});

test.each(Object.entries(wrappers))('a picture %s, as in ONNX Runtime', async (_, wrap) => {
  for (const body of ['a U-Net of patches', 'a diffusion transformer', 'a label within'])
    await expectSame(wrap(bodies[body]!));
});

test('a picture without a name is the condition', async () => {
  const network = g.withPicture(bodies['a U-Net']!(4), { channels: 1 });
  const given = batches.map(({ x, given, all }) => {
    const more = { timesteps: given.timesteps, condition: all['grey'] };
    return { x, given: more, all: { ...all, condition: all['grey']! } };
  });
  await expectSame(network, given);
  // a label that is left out, as ours leaves it out, and one that is needed
  await expectSame(g.withPicture(bodies['a U-Net with labels']!(4), { channels: 1 }), given);
  await expect(saveOnnx(g.withPicture(bodies['a label within']!(4), { channels: 1 }))).rejects.toThrow(
    'saveOnnx: `part` must take its inputs; got withPicture: `options.condition` must be a tensor; got undefined.',
  );
});

test('a denoiser of a network with a picture', async () => {
  const network = g.withPicture(shaken(bodies['a diffusion transformer']!(4)), { channels: 1, name: 'grey' });
  const made = g.createDenoiser(network, { schedule: g.cosineSchedule({ steps: 1000 }), predicts: g.predictVelocity });
  const denoiser = g.withClip(made, { clip: [-1, 1] });
  const outputs = await runBatches(
    await saveOnnx(denoiser),
    batches.map(({ all }) => all),
  );
  for (const [i, { x, given }] of batches.entries()) {
    const { sample } = denoiser.estimate(x, given.timesteps!, given);
    expect(await difference(sample, outputs[i]!['sample'])).toBeLessThan(1e-5);
  }
});
