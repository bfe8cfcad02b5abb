import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import * as g from '../../../src/index.js';
import { samplers } from '../../contract/samplers.js';
import { checkNoLeaks } from '../../support/checks.js';
import { read } from '../../support/close.js';
import { inScope } from '../../support/in-scope.js';

inScope();

const schedule = g.cosineSchedule({ steps: 4 });
const classes = ['cat', 'dog', 'bird'];
const denoiser = () => {
  const network = g.denoisingMlp({ size: 2, width: 8, classes: classes.length, random: g.createRandom(1) });
  return g.createDenoiser(network, { schedule, predicts: g.predictVelocity });
};
const labels = (...numbers: number[]): Tensor => tf.tensor1d(numbers, 'int32');
const x = (): Tensor => tf.tensor2d([[0.5, -1], [0.2, 0.1]]); // prettier-ignore

/** Data that no check counts as left behind. */
const given = tf.keep(x());

type How = Pick<g.SampleOptions, 'condition' | 'allowNoClass' | 'guidance'>;
const doors: Readonly<Record<string, (how: How, model?: g.Denoiser) => Promise<unknown>>> = {
  ...Object.fromEntries(
    samplers.map(({ name, sample }) => [
      name,
      (how: How, model = denoiser()) => sample(model, { shape: [2, 2], random: g.createRandom(2), ...how }),
    ]),
  ),
  invertDdim: (how, model = denoiser()) => g.invertDdim(model, given, { steps: 2, ...how }),
  variationalBound: ({ condition, allowNoClass }, model = denoiser()) =>
    g.variationalBound(model, given, { random: g.createRandom(2), condition, allowNoClass }),
};

describe.each(Object.entries(doors))('%s', (name, door) => {
  test('refuses the label of a name that is not among the classes', async () => {
    const condition = labels(classes.indexOf('dog'), classes.indexOf('dragon'));
    const says = `${name}: \`condition\` must hold labels of classes; got -1 at index 1. An unknown name has -1; for no class, set allowNoClass: true.`;
    const model = denoiser();
    await checkNoLeaks(() => expect(door({ condition }, model)).rejects.toThrow(says));
    await expect(door({ condition, guidance: 2 }, g.withClip(model, { clip: [-1, 1] }))).rejects.toThrow(says);
    // the number of classes of a user's own is unknown
    await expect(door({ condition }, { ...model })).rejects.toThrow('must hold labels of classes; got -1 at index 1.');
  });

  test('refuses a label beyond the classes, also where no class is allowed', async () => {
    const says = 'must hold labels of classes; got 3 at index 0.';
    await expect(door({ condition: labels(3, -1), allowNoClass: true })).rejects.toThrow(says);
    await expect(door({ condition: labels(0, -2), allowNoClass: true })).rejects.toThrow('got -2 at index 1.');
  });

  test('takes -1 for no class where that is said', async () => {
    await expect(door({ condition: labels(1, -1), allowNoClass: true })).resolves.toBeDefined();
  });
});

test('no class gives what guidance calls the estimate without the condition', async () => {
  const model = denoiser();
  const sample = async (how: How) => read((await doors['sampleDdim']!(how, model)) as Tensor);
  const none = await sample({ condition: labels(-1, -1), allowNoClass: true });
  expect(none).toEqual(await sample({ condition: labels(1, 2), guidance: 0 }));
});
