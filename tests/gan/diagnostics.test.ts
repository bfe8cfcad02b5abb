import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDiagnostics, note, signsOf, SIGNS } from '../../src/gan/diagnostics.js';
import { judgeGame } from '../../src/gan/verdicts.js';
import {
  createRandom,
  minimaxLoss,
  nonSaturatingLoss,
  wassersteinLoss,
  type AdversarialLoss,
} from '../../src/index.js';
import { adversarialLosses } from '../contract/adversarial-losses.js';
import { expectClose, read } from '../support/close.js';

beforeEach(() => {
  tf.engine().startScope();
});
afterEach(() => {
  tf.engine().endScope();
});

type Signs = Readonly<Record<(typeof SIGNS)[number], number>>;

async function lookAt(loss: AdversarialLoss, at: { real: tf.Tensor; fake: tf.Tensor; logits: [number, number] }) {
  const logits = (value: number, x: tf.Tensor) => tf.fill([x.shape[0], 1], value);
  const [realLogits, fakeLogits] = [logits(at.logits[0], at.real), logits(at.logits[1], at.fake)];
  const discriminatorLoss = loss.discriminator(realLogits, fakeLogits);
  const random = createRandom(1);
  const signs = await read(signsOf(loss, { ...at, realLogits, fakeLogits, discriminatorLoss, random }));
  return Object.fromEntries(SIGNS.map((name, i) => [name, signs[i]!])) as Signs;
}

describe('a look at a game', () => {
  test.each(adversarialLosses)('sees 1 in everything where nobody knows anything, with $name', async ({ loss }) => {
    const real = createRandom(2).normal([64, 3, 2]);
    const signs = await lookAt(loss, { real, fake: tf.add(5, real), logits: [0, 0] });
    for (const name of SIGNS) expect(signs[name], name).toBeCloseTo(1, 4);
  });

  test('sees diversity in fakes that are narrow in one direction and wide in others, and none in fakes narrow in all', async () => {
    const real = createRandom(2).normal([256, 16]);
    const of = async (widths: number[]) =>
      (await lookAt(minimaxLoss, { real, fake: tf.mul(real, widths), logits: [0, 0] })).diversity;
    expect(
      await of(Array.from({ length: 16 }, (_, i) => (i < 8 ? 0.05 : 1))),
      'half of the axes narrow',
    ).toBeGreaterThan(0.7);
    expect(await of(Array.from({ length: 16 }, () => 0.05)), 'all narrow').toBeCloseTo(0.0025 ** 0.25, 4);
    expect(await of(Array.from({ length: 16 }, () => 30)), 'wider than the data').toBe(1);
  });

  test('sees the least spread in any direction: two modes of four corners are no diversity', async () => {
    const corners = tf.tensor2d([1, 1, 1, -1, -1, 1, -1, -1], [4, 2]);
    const opposite = tf.tensor2d([1, 1, 1, 1, -1, -1, -1, -1], [4, 2]);
    const of = async (fake: tf.Tensor) =>
      (await lookAt(minimaxLoss, { real: corners, fake, logits: [0, 0] })).diversity;
    expect(await of(tf.mul(0.5, corners)), 'half as wide').toBeCloseTo(0.25 ** 0.25, 3);
    expect(await of(opposite)).toBeLessThan(0.7);
    expect(await of(tf.zerosLike(corners))).toBeCloseTo(0, 3);
  });

  test('sees no more than 1 in a loss without a scale', async () => {
    const real = createRandom(2).normal([16, 2]);
    const signs = await lookAt(wassersteinLoss, { real, fake: real, logits: [40, -30] });
    expect(signs).toMatchObject({ discriminatorLoss: 1, slope: 1, generatorLoss: 1 });
  });

  test('sees how much of its slope at 0 the generator’s loss has', async () => {
    const real = createRandom(2).normal([16, 2]);
    const slope = async (loss: AdversarialLoss, fake: number) =>
      (await lookAt(loss, { real, fake: real, logits: [3, fake] })).slope;
    const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
    expect(await slope(minimaxLoss, -6)).toBeCloseTo(sigmoid(-6) / 0.5, 4);
    expect(await slope(nonSaturatingLoss, -6)).toBeCloseTo(sigmoid(6) / 0.5, 4);
    expect(await slope(wassersteinLoss, -60)).toBeCloseTo(1, 5);
  });
});

describe('the averages', () => {
  test('are those of the looks, with decays that begin low, and leave out what is not finite', async () => {
    const { evidence } = createDiagnostics(minimaxLoss);
    const rows = [
      [0.5, 1, 2, 3],
      [0.1, NaN, Infinity, 5],
      [0.3, 0.2, 1, 4],
    ];
    const [recent, mean, scatter] = [Array(4).fill(1), Array(4).fill(1), Array(4).fill(0)] as number[][];
    for (const [n, row] of rows.entries()) {
      note(evidence, tf.tensor1d(row), n);
      const decays = [0.7, 0.95].map((decay) => Math.min(decay, (1 + n) / (10 + n)));
      row.forEach((value, i) => {
        const seen = Number.isFinite(value) ? value : recent![i]!;
        const square = (seen - mean![i]!) ** 2;
        recent![i] = decays[0]! * recent![i]! + (1 - decays[0]!) * seen;
        mean![i] = decays[1]! * mean![i]! + (1 - decays[1]!) * seen;
        scatter![i] = decays[1]! * scatter![i]! + (1 - decays[1]!) * square;
      });
    }
    await expectClose(evidence, [...recent!, ...mean!, ...scatter!]);
    evidence.dispose();
  });
});

describe('the judgement', () => {
  const metrics = { discriminatorLoss: 1, generatorLoss: 1, realLogit: 7.123, fakeLogit: -6, penalty: 0 };
  const row = (signs: Partial<Signs>) => SIGNS.map((name) => signs[name] ?? 1);
  const judge = (recent: Partial<Signs>, mean: Partial<Signs> = recent, scatter = 0, updates = 1000) =>
    judgeGame(metrics, [...row(recent), ...row(mean), 0, 0, 0, scatter], { updates, inUse: [], looks: 0, outside: 0 });

  test.each<[string, ReturnType<typeof judge>, RegExp]>([
    ['mode collapse', judge({ diversity: 0.02 ** 0.25 }), /variance is 2\.0% of the data's.*r1Penalty/],
    ['discriminator too strong', judge({ discriminatorLoss: 0.004 }), /loss is 0\.40% of .*7\.1.*-6/],
    ['vanishing gradient', judge({ slope: 0.001 }), /0\.10% of that at logits of 0.*nonSaturatingLoss/],
    ['oscillation', judge({}, {}, 25), /swings by 5 times.*beta1/],
  ])('names %s, with its evidence and a remedy', (kind, verdicts, message) => {
    expect(verdicts.map((verdict) => verdict.kind)).toEqual([kind]);
    expect(verdicts[0]!.message).toMatch(message);
  });

  test('says nothing of a game where all is well, in its first updates, or while things get better', () => {
    expect(judge({})).toEqual([]);
    expect(judge({ diversity: 0.01, slope: 0.001 }, undefined, 0, 399)).toEqual([]);
    expect(judge({ diversity: 0.4 }, { diversity: 0.3 })).toEqual([]);
    expect(judge({ slope: 1 }, { slope: 0.001 })).toEqual([]);
  });

  test('calls no game collapsed before the fakes have been alike for twenty looks', () => {
    expect(judge({ diversity: 0.1 }, { diversity: 0.6 })).toEqual([]);
  });

  test('takes outputs within [0, 1] for probabilities, but not of least squares, whose targets are 0 and 1', () => {
    const of = (loss: string) => {
      const facts = { updates: 1000, inUse: [loss], looks: 50, outside: 0 };
      return judgeGame(metrics, [...row({}), ...row({}), 0, 0, 0, 0], facts).map(({ kind }) => kind);
    };
    expect(of('nonSaturatingLoss')).toEqual(['probabilities for logits']);
    expect(of('leastSquaresLoss')).toEqual([]);
  });
});
