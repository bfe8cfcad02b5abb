import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { saveOnnx } from '../../src/onnx/index.js';
import { record, type InputSpec } from '../../src/record/index.js';
import {
  createTokenModel,
  createMaskedModel,
  sampleCodes,
  createCodePrior,
  finiteScalarQuantizer,
  transformer,
} from '../../src/tokens/index.js';
import { sampleTable } from '../../src/tables/index.js';
import { tinyGenerator } from '../gan/tiny-gan.js';
import { tinyTableModel } from '../tables/tiny-table.js';
import { chosenIn } from '../record/replay.js';
import { shaken } from './cases.js';
import { difference, runBatches } from './run-onnx.js';

/** A sampler as a function of tensors. */
interface SamplerCase {
  readonly name: string;
  /** The tensors that it gets, for so many examples. */
  readonly inputs: (count: number) => Readonly<Record<string, Tensor>>;
  readonly sample: (inputs: Readonly<Record<string, Tensor>>, random: g.RandomStream) => Tensor | Promise<Tensor>;
  /** Whether it is for any batch; otherwise for three examples. */
  readonly isFixed?: boolean;
}

/** A network whose estimates do not grow from step to step, so that samples are as large as data. */
const calm = (network: g.Network): g.Network => {
  tf.tidy(() => {
    for (const one of shaken(network).variables) one.assign(tf.mul(one, 0.4));
  });
  return network;
};

const random = g.createRandom(41);
const schedule = g.cosineSchedule({ steps: 40 });
const points = g.createDenoiser(calm(g.denoisingMlp({ size: 2, width: 12, classes: 3, random })), {
  schedule,
  predicts: g.predictVelocity,
});
const picturesWith = (channels: number) =>
  shaken(g.unet({ channels, widths: [4, 8], groups: 2, timeSize: 6, classes: 3, attention: [1], random }));
const pictures = g.createDenoiser(picturesWith(1), { schedule, predicts: g.predictVelocity });
const pictured = g.createDenoiser(g.withPicture(picturesWith(3), { channels: 2, name: 'picture' }), {
  schedule,
  predicts: g.predictVelocity,
});
const student = g.createDenoiser(calm(g.denoisingMlp({ size: 2, width: 12, classes: 3, random })), {
  schedule: g.flowSchedule({ steps: 40 }),
  predicts: g.predictFlow,
});
const shortcuts = g.createDenoiser(calm(g.denoisingMlp({ size: 2, width: 12, stepSizes: 5, random })), {
  schedule: g.flowSchedule({ steps: 64 }),
  predicts: g.predictFlow,
});
const decoder = g.createDecoder(shaken(g.mlp({ sizes: [3, 16, 12], random })), {
  likelihood: g.gaussian({ variance: 0.1 }),
});
const sampler = g.createPriorSampler(decoder, {
  latentSize: 3,
  prior: shaken(g.createFlowPrior({ latentSize: 3, layers: 2, width: 6, random })),
});
const size = { tokens: 5, length: 6 };
const body = (causal: boolean) =>
  shaken(transformer({ ...size, width: 8, heads: 2, layers: 2, classes: 3, causal, random }));
const inOrder = createTokenModel(body(true), { ...size, end: 4 });
const masked = createMaskedModel(body(false), size);
const codes = createCodePrior(
  createTokenModel(shaken(transformer({ tokens: 4, length: 3, width: 8, heads: 2, layers: 1, random })), {
    tokens: 4,
    length: 3,
  }),
  { quantizer: finiteScalarQuantizer({ levels: [2, 2] }), shape: [3, 2] },
);

const labels = (count: number) => ({
  condition: tf.tensor1d(
    Array.from({ length: count }, (_, i) => i % 3),
    'int32',
  ),
});
const shaped = (condition: Tensor, ...shape: number[]) => ({ shape: [condition.shape[0], ...shape], condition });
const STEPS = { steps: 10 };
/** A graph has a network for each step, and ONNX Runtime takes a second to read ten U-Nets: four show every line of a solver, which keeps three. */
const FEW = { steps: 4 };

const cases: readonly SamplerCase[] = [
  {
    name: 'sampleDdim',
    inputs: labels,
    sample: ({ condition }, random) => g.sampleDdim(points, { ...shaped(condition!, 2), ...STEPS, random }),
  },
  {
    name: 'sampleDdim with noise in each step',
    inputs: labels,
    sample: ({ condition }, random) => g.sampleDdim(points, { ...shaped(condition!, 2), ...STEPS, random, eta: 1 }),
  },
  {
    name: 'sampleDdim of pictures, with guidance and a clip',
    inputs: labels,
    sample: ({ condition }, random) =>
      g.sampleDdim(pictures, { ...shaped(condition!, 8, 8, 1), ...FEW, random, guidance: 2.5, clip: [-1, 1] }),
  },
  {
    name: 'sampleDdim with a known region',
    inputs: (count) => ({
      ...labels(count),
      known: g.createRandom(5).uniform([count, 8, 8, 1], -1, 1),
      mask: tf.tidy(() => tf.cast(tf.less(g.createRandom(6).uniform([count, 8, 8, 1]), 0.5), 'float32')),
    }),
    sample: ({ condition, known, mask }, random) =>
      g.sampleDdim(pictures, {
        ...shaped(condition!, 8, 8, 1),
        ...FEW,
        random,
        clip: [-1, 1],
        known: { x: known!, mask: mask!, repeats: 2 },
      }),
  },
  {
    name: 'sampleDdim with a picture as its condition',
    inputs: (count) => ({ ...labels(count), picture: g.createRandom(5).uniform([count, 8, 8, 2], -1, 1) }),
    sample: ({ condition, picture }, random) =>
      g.sampleDdim(pictured, { ...shaped(condition!, 8, 8, 1), ...FEW, random, conditions: { picture: picture! } }),
  },
  {
    name: 'sampleDdim from noised data, in parts',
    inputs: (count) => ({ ...labels(count), noised: g.createRandom(5).normal([count, 2]) }),
    sample: ({ condition, noised }, random) =>
      g.sampleDdim(points, { condition, from: { x: noised!, timestep: 30 }, ...STEPS, random, batchSize: 2 }),
    isFixed: true,
  },
  {
    name: 'sampleDdpm',
    inputs: labels,
    sample: ({ condition }, random) => g.sampleDdpm(points, { ...shaped(condition!, 2), ...STEPS, random }),
  },
  {
    name: 'sampleDpmSolver with guidance by the noise',
    inputs: labels,
    sample: ({ condition }, random) =>
      g.sampleDpmSolver(points, { ...shaped(condition!, 2), ...STEPS, random, guidance: (snr) => (snr > 1 ? 1 : 2) }),
  },
  {
    name: 'sampleDpmSolver of pictures with guidance',
    inputs: labels,
    sample: ({ condition }, random) =>
      g.sampleDpmSolver(pictures, { ...shaped(condition!, 8, 8, 1), ...FEW, random, guidance: 2, clip: [-1, 1] }),
  },
  {
    name: 'sampleHeun',
    inputs: labels,
    sample: ({ condition }, random) => g.sampleHeun(points, { ...shaped(condition!, 2), ...STEPS, random }),
  },
  {
    name: 'sampleConsistency',
    inputs: labels,
    sample: ({ condition }, random) => g.sampleConsistency(student, { ...shaped(condition!, 2), steps: 4, random }),
  },
  {
    name: 'sampleShortcut',
    inputs: () => ({}),
    sample: (_, random) => g.sampleShortcut(shortcuts, { shape: [3, 2], steps: 8, random }),
    isFixed: true,
  },
  {
    name: 'a VAE with a flow as its prior',
    inputs: () => ({}),
    sample: (_, random) => sampler.draw(3, random),
    isFixed: true,
  },
  {
    name: 'a VAE with the noise of its likelihood',
    inputs: () => ({}),
    sample: (_, random) => sampler.sample(3, random),
    isFixed: true,
  },
  {
    name: 'a GAN',
    inputs: () => ({}),
    sample: (_, random) => generator.draw(3, random),
    isFixed: true,
  },
  {
    name: 'a model of tokens, one after the other',
    inputs: labels,
    sample: ({ condition }, random) =>
      inOrder.sample(condition!.shape[0], { condition, random, temperature: 0.8, topP: 0.9, guidance: 1.5 }),
  },
  {
    name: 'a masked model of tokens, in an order that the host draws',
    inputs: labels,
    sample: ({ condition }, random) => masked.sample(3, { condition: condition!, random, steps: 3 }),
    isFixed: true,
  },
  {
    name: 'codes of a learned prior',
    inputs: () => ({}),
    sample: (_, random) => sampleCodes(codes, 3, { random }),
    isFixed: true,
  },
];
const generator = shaken(tinyGenerator(1));

const specOf = ({ shape, dtype }: Tensor): InputSpec => ({ shape: [null, ...shape.slice(1)], dtype: dtype as 'int32' });

test.each(cases)('$name in one graph gives our samples', async ({ inputs, sample, isFixed }) => {
  const counts = isFixed ? [3] : [1, 5];
  const specs = isFixed
    ? inputs(3)
    : Object.fromEntries(Object.entries(inputs(2)).map(([key, one]) => [key, specOf(one)]));
  const recording = await record(sample, { inputs: specs, random: g.createRandom(8) });
  const bytes = await saveOnnx(recording);
  const feeds: Record<string, Tensor>[] = [];
  const ours: Tensor[] = [];
  for (const count of counts) {
    const given = inputs(count);
    // the draws for so many examples
    const now = await record(sample, { inputs: given, random: g.createRandom(8) });
    feeds.push({ ...given, ...chosenIn(now) });
    ours.push(await sample(given, g.createRandom(8)));
  }
  const outputs = await runBatches(bytes, feeds);
  for (const [i, one] of ours.entries()) {
    const largest = (await tf.max(tf.abs(one)).data())[0]!;
    // a difference relative to large numbers would hide the small ones
    expect(largest).toBeLessThan(20);
    const isSame = await difference(one, outputs[i]!['output']);
    expect(isSame).toBeLessThan(1e-5 * Math.max(1, largest));
  }
});

test('rows of a table are values of the host, which ends in a sentence', async () => {
  const model = tinyTableModel();
  const before = tf.memory().numTensors;
  const rows = record(
    async (_, random) => tf.tensor2d((await sampleTable(model, 2, { random })).map(({ count }) => [Number(count)])),
    { inputs: {}, random },
  );
  await expect(rows).rejects.toThrow(
    'record: `fn` must not read numbers that depend on its inputs; got a read. Record what comes before it.',
  );
  expect(tf.memory().numTensors).toBe(before);
});
