import * as tf from '@tensorflow/tfjs-core';
import { afterAll, expect, test } from 'vitest';
import * as g from '../../src/index.js';
import { describeModel, loadModel, saveModel } from '../../src/model/index.js';
import type { Part } from '../../src/nets/network.js';
import { count } from '../support/counts.js';
import { createDice, kinds, seedOf } from '../training/saving/mutants.js';
import { edits, mutantOf } from './description-mutants.js';

/** Of each kind of change, of each file. */
const PER_EDIT = 6;
const PER_BREAK = 4;

const random = g.createRandom(1);
const shared = g.dense({ inputs: 3, units: 3, random: random.fork('shared') });

/** A file of each family; small, as thousands are made of each. */
const files: Readonly<Record<string, () => Promise<Uint8Array>>> = {
  'a VAE': () =>
    saveModel({
      encoder: g.createGaussianEncoder(g.convEncoder({ shape: [4, 4, 1], widths: [2], outputs: 4, random }), {
        latentSize: 2,
      }),
      decoder: g.createDecoder(g.convDecoder({ inputs: 2, shape: [4, 4, 2], widths: [2], random }), {
        likelihood: g.discretizedLogistic({ levels: 4, start: { mean: 0.5, logScale: -2 } }),
      }),
    }),
  'a GAN': () =>
    saveModel({
      generator: g.createGenerator(
        g.dcganGenerator({ latentSize: 2, shape: [8, 8, 1], width: 1, classes: 2, random }),
        {
          latentSize: 2,
          prior: g.uniformPrior,
        },
      ),
      discriminator: g.createDiscriminator(
        g.dcganDiscriminator({ shape: [8, 8, 1], width: 2, norm: g.batchNorm, random }),
      ),
    }),
  'a denoiser': () =>
    saveModel(
      g.createDenoiser(
        g.patchwise(
          g.unet({ channels: 4, widths: [2, 4], groups: 2, timeSize: 3, classes: 2, attention: [1], random }),
        ),
        { schedule: g.cosineSchedule({ steps: 5 }), predicts: g.predictVelocity },
      ),
    ),
  'a network by hand': () =>
    saveModel(
      g.sequential([
        g.withScaleAndShift(
          g.sequential([shared, g.residual(shared, g.spectralNorm(g.dense({ inputs: 3, units: 3, random })))]),
          g.embedding({ classes: 2, size: 6, random }),
        ),
        g.reshape({ shape: [1, 1, 3] }),
        g.upsample({ factor: 2 }),
        g.conv2dTranspose({
          inputs: 3,
          filters: 1,
          kernelSize: 2,
          strides: 2,
          outputSize: [4, 4],
          activation: g.tanh,
          random,
        }),
        g.dropout({ rate: 0.5 }),
      ]),
    ),
};

afterAll(() => {
  tf.disposeVariables();
});

const partsOf = (model: object): Part[] => ('variables' in model ? [model as Part] : (Object.values(model) as Part[]));

/** How many tensors and variables have ever been made: numbers that grow, also where what was made is gone again. */
const made = (): readonly number[] => {
  const engine = tf.engine().constructor as unknown as { nextTensorId: number; nextVariableId: number };
  return [engine.nextTensorId, engine.nextVariableId];
};

/** Loads a mutant: refused before anything is made, or made of no more numbers than the file has; nothing is left behind. */
async function judge(bytes: Uint8Array, where: string): Promise<'refused' | 'loaded'> {
  const [memory, before] = [tf.memory(), made()];
  const result = await loadModel(bytes).catch((reason: unknown) => reason as Error);
  if (result instanceof Error) {
    expect(made(), where).toEqual(before);
    // function: `argument` rule; got value. Fix.
    expect(result.message, where).toMatch(/^[\w.]+: `[^`]+` [^\n]+; got [^\n]+$/);
    expect(result.message, where).not.toMatch(/[\p{C}\u2028\u2029]/u);
    expect(result.message.length, where).toBeLessThanOrEqual(300);
    expect(result.message, where).toMatch(/^loadModel: `bytes` /);
  } else {
    expect(tf.memory().numBytes - memory.numBytes, where).toBeLessThanOrEqual(bytes.length);
    expect(describeModel(bytes)).toBeTypeOf('object');
    for (const part of partsOf(result)) part.dispose();
  }
  const after = tf.memory();
  expect([after.numTensors, after.numBytes], where).toEqual([memory.numTensors, memory.numBytes]);
  return result instanceof Error ? 'refused' : 'loaded';
}

/** Changes of which some give another model of the same weights: another activation, a later place of a layer. */
const mayLoad = [
  'a size that is huge or none',
  'two sizes that are huge',
  'a size next to the right one',
  'another type',
  'another text',
  'another kind of ours',
  'a kind of ours that is rare',
  'something left out',
  'two places swapped',
  'layers in another order',
  'a part twice',
  'a part a thousand times',
  'an option of another layer',
  'other parts',
];

const total = { refused: 0, loaded: 0 };

test.each(Object.entries(files))(
  'the description of %s in two hundred wrong forms is refused in one sentence before anything is made, or fits the weights',
  async (_, make) => {
    const file = await make();
    const before = made();
    expect(await judge(file, 'the file itself')).toBe('loaded');
    expect(made().every((number, i) => number > before[i]!)).toBe(true);
    for (const [name, edit] of Object.entries(edits)) {
      const dice = createDice(seedOf(name));
      for (let i = 0; i < PER_EDIT; i++) {
        const where = `${name}, number ${i}`;
        const verdict = await judge(mutantOf(file, edit, dice), where);
        total[verdict]++;
        if (!mayLoad.includes(name)) expect(verdict, where).toBe('refused');
      }
    }
    count('kinds of broken files', Object.keys(edits).length);
  },
);

test('a file with broken bytes or a broken header is rejected, and makes no tensor', async () => {
  const file = await files['a network by hand']!();
  const same = [
    'a bit turned',
    'a byte replaced',
    'two blocks swapped',
    'blanks in its header',
    'its keys in another order',
  ];
  for (const [name, breakFile] of Object.entries(kinds.weights)) {
    const dice = createDice(seedOf(name));
    for (let i = 0; i < PER_BREAK; i++) {
      const verdict = await judge(breakFile(file, dice), `${name}, number ${i}`);
      total[verdict]++;
      if (!same.includes(name)) expect(verdict, name).toBe('refused');
    }
  }
});

test('there were nine hundred mutants or more, and none of them has changed what all objects have', () => {
  expect(total.refused + total.loaded).toBeGreaterThanOrEqual(900);
  count('broken files', total.refused + total.loaded);
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect('polluted' in globalThis || 'polluted' in {}).toBe(false);
});
