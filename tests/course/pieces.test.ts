import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { pieces } from '../../examples/course/order.js';
import { blankDiagnoses, cures, diseases, runs } from '../../examples/course/pieces/broken-trainings/choices.js';
import {
  piece as diagnoses,
  pieceWithKey,
  type Diagnoses,
} from '../../examples/course/pieces/broken-trainings/piece.js';
import { energyDistance } from '../../examples/course/pieces/energy-distance.js';
import { drawFrame, moons, outOf, type Frame, type Point } from '../../examples/course/pieces/moons.js';
import { piece as training } from '../../examples/course/pieces/two-moons-vae/piece.js';
import { createNumberStream, measureAnswer, type Answer, type CheckResult } from '../../src/testing/index.js';

const frameOf = (seed: number): Frame => drawFrame(createNumberStream(seed, 'frame'));

describe('the energy distance', () => {
  const stream = (name: string) => createNumberStream(1, name);
  test('of points of one distribution is about 0, and grows with a shift', () => {
    const [a, b] = [moons(1500, stream('a'), frameOf(1)), moons(3000, stream('b'), frameOf(1))];
    expect(Math.abs(energyDistance(a, b))).toBeLessThan(0.004);
    const shifted = a.map(([x, y]) => [x + 0.5, y] as const);
    expect(energyDistance(shifted, b)).toBeGreaterThan(0.02);
  });

  test('does not depend on the unit, and is a number that can be worked out by hand', () => {
    // 2 * 1.5 - 1 - 1, over 1
    const [a, b]: Point[][] = [
      [
        [0, 0],
        [1, 0],
      ],
      [
        [1, 0],
        [2, 0],
      ],
    ];
    expect(energyDistance(a!, b!)).toBeCloseTo((2 * 1 - 1 - 1) / 1, 12);
    const far = b!.map(([x, y]) => [x + 1, y] as const);
    expect(energyDistance(a!, far)).toBeCloseTo((2 * 2 - 1 - 1) / 1, 12);
    const times = (points: readonly Point[]): Point[] => points.map(([x, y]) => [7 * x, 7 * y]);
    expect(energyDistance(times(a!), times(far))).toBeCloseTo(2, 12);
  });
});

test('a frame is undone, so that a picture does not show it', () => {
  const plain: Frame = { ...frameOf(3), turn: 0, mirror: 1, scale: 1, move: [0, 0] };
  const [shown, expected] = [
    outOf(frameOf(3), moons(50, createNumberStream(2, 'x'), frameOf(3))),
    moons(50, createNumberStream(2, 'x'), plain),
  ];
  shown.flat().forEach((value, i) => expect(value).toBeCloseTo(expected.flat()[i]!, 6));
});

/** Grades an answer in this process; its seed is 5. */
async function pointsOf(answer: Answer): Promise<readonly CheckResult[]> {
  return training.grade({
    text: '',
    ask: (questions) => measureAnswer(answer, questions, training.call),
    random: (name) => createNumberStream(5, name),
  });
}

const scores = (results: readonly CheckResult[]): number[] => results.map(({ score }) => score);

/** A smooth map from noise to two moons in a frame. */
const mapTo = (frame: Frame) => (noise: tf.Tensor2D) =>
  tf.tidy(() => {
    const [u, v] = tf.unstack(noise, 1) as [tf.Tensor, tf.Tensor];
    const uniform = tf.mul(0.5, tf.add(1, tf.erf(tf.div(u, Math.SQRT2))));
    const isUpper = tf.cast(tf.less(uniform, frame.share), 'float32');
    const place = tf.where(
      tf.cast(isUpper, 'bool'),
      tf.div(uniform, frame.share),
      tf.div(tf.sub(uniform, frame.share), 1 - frame.share),
    );
    const radius = tf.add(tf.where(tf.cast(isUpper, 'bool'), tf.scalar(1), tf.scalar(frame.radius)), tf.mul(0.08, v));
    const angle = tf.mul(Math.PI, place);
    const side = tf.sub(tf.mul(2, isUpper), 1);
    const x = tf.mul(side, tf.sub(tf.mul(radius, tf.cos(angle)), 0.5));
    const y = tf.mul(side, tf.sub(tf.mul(radius, tf.sin(angle)), 0.25));
    const [c, s] = [frame.scale * Math.cos(frame.turn), frame.scale * Math.sin(frame.turn)];
    return tf.stack(
      [
        tf.add(tf.sub(tf.mul(c * frame.mirror, x), tf.mul(s, y)), frame.move[0]),
        tf.add(tf.add(tf.mul(s * frame.mirror, x), tf.mul(c, y)), frame.move[1]),
      ],
      1,
    );
  });

describe('a training', () => {
  test('has all points for points of the data’s distribution, which only one who knows the frame can make', async () => {
    const results = await pointsOf(() => mapTo(frameOf(5)));
    expect(results.map(({ message }) => message)[0]).toBe('Right.');
    expect(scores(results)).toEqual(results.map(({ maxScore }) => maxScore));
    expect(results[0]!.picture).toMatch(/^<svg /);
  });

  const cheats: Readonly<Record<string, Answer>> = {
    'returns the data': (data: tf.Tensor2D) => () => tf.slice(data, [0, 0], [1500, 2]),
    'returns the data in a random order': (data: tf.Tensor2D) => (noise: tf.Tensor2D) => {
      const rows = tf.cast(tf.mul(tf.abs(tf.sin(tf.mul(1e4, tf.slice(noise, [0, 0], [-1, 1])))), 1999), 'int32');
      return tf.gather(data, tf.reshape(rows, [-1]));
    },
    'adds noise to data that it looks up': (data: tf.Tensor2D) => (noise: tf.Tensor2D) => {
      const rows = tf.cast(tf.mul(tf.abs(tf.sin(tf.mul(1e4, tf.slice(noise, [0, 0], [-1, 1])))), 1999), 'int32');
      return tf.add(tf.gather(data, tf.reshape(rows, [-1])), tf.mul(0.05, tf.slice(noise, [0, 2], [-1, 2])));
    },
    'adds noise to the data of the closest latent': (data: tf.Tensor2D) => {
      const latents = tf.randomNormal([2000, 2], 0, 1, 'float32', 7);
      return (noise: tf.Tensor2D) => {
        const z = tf.slice(noise, [0, 0], [-1, 2]);
        const products = tf.matMul(z, latents, false, true);
        const distances = tf.sub(tf.transpose(tf.sum(tf.square(latents), 1, true)), tf.mul(2, products));
        return tf.add(tf.gather(data, tf.argMin(distances, 1)), tf.mul(0.05, tf.slice(noise, [0, 2], [-1, 2])));
      };
    },
    'draws while it generates': () => (noise: tf.Tensor2D) => tf.randomNormal([noise.shape[0], 2]),
    'returns one point': () => (noise: tf.Tensor2D) => tf.zeros([noise.shape[0], 2]),
    'returns a wrong shape': () => (noise: tf.Tensor2D) => noise,
    'returns no numbers': () => (noise: tf.Tensor2D) => tf.fill([noise.shape[0], 2], NaN),
    'returns no function': (data: tf.Tensor2D) => data,
    'returns a promise': async () => (noise: tf.Tensor2D) => noise,
    throws: () => {
      throw new Error('no');
    },
  };
  test.each(Object.entries(cheats))('has no point if it %s', async (_, answer) => {
    const results = await pointsOf(answer);
    expect(scores(results)).toEqual([0, 0, 0]);
    expect(results[1]!.message).toBe('This is checked once the first check passes.');
  });

  test('has the points of the key alone for a map that was not learned: noise, two moons as they are known, a Gaussian', async () => {
    for (const generate of [
      (noise: tf.Tensor2D) => tf.slice(noise, [0, 0], [-1, 2]),
      mapTo({ turn: 0, mirror: 1, scale: 1.2, move: [0, 0], radius: 1, share: 0.5 }),
    ])
      expect(scores(await pointsOf(() => generate))).toEqual([2, 0, 0]);
  });
});

describe('the diagnoses', () => {
  const right = JSON.parse(readFileSync('examples/course/solutions/broken-trainings.json', 'utf8')) as Diagnoses;
  const gradeText = (piece: typeof diagnoses, text: string) =>
    piece.grade({
      text,
      ask: () => Promise.reject(new Error('nothing runs')),
      random: () => createNumberStream(0, ''),
    });
  const sum = (results: readonly CheckResult[]): number => scores(results).reduce((a, b) => a + b, 0);

  test('have a point for each word with the key, and are right together without it', async () => {
    const oneWrong = { ...right, b: { disease: 'too-few-steps', cure: right['b']!.cure } };
    expect(sum(await gradeText(pieceWithKey(right), JSON.stringify(right)))).toBe(8);
    expect(sum(await gradeText(diagnoses, JSON.stringify(right)))).toBe(8);
    expect(sum(await gradeText(pieceWithKey(right), JSON.stringify(oneWrong)))).toBe(7);
    expect(sum(await gradeText(diagnoses, JSON.stringify(oneWrong)))).toBe(0);
  });

  test.each([
    ['', 'is not valid JSON'],
    ['null', 'Run a has no disease yet.'],
    [blankDiagnoses, 'Run a has no disease yet.'],
    [JSON.stringify({ ...right, c: { disease: 'flu', cure: 'tea' } }), 'Run c: the page has no disease of that name.'],
    [JSON.stringify({ ...right, c: { disease: 'toString', cure: 'tea' } }), 'Run c: the page has no disease'],
  ])('have no point for %s', async (text, message) => {
    const results = await gradeText(pieceWithKey(right), text);
    expect(sum(results)).toBe(0);
    expect(results[0]!.message).toContain(message);
  });

  test('have a page with every word, and pictures that do not say them', () => {
    const folder = 'examples/course/pieces/broken-trainings';
    const page = readFileSync(`${folder}/README.md`, 'utf8');
    for (const [word, meaning] of [...Object.entries(diseases), ...Object.entries(cures)])
      expect(page.replaceAll(/ +/g, ' ')).toContain(`| \`${word}\` | ${meaning} |`);
    for (const run of runs) {
      const picture = readFileSync(`${folder}/run-${run}.svg`, 'utf8');
      expect(page).toContain(`(run-${run}.svg)`);
      for (const word of Object.keys(diseases)) expect(picture).not.toContain(word);
    }
  });
});

test.each(pieces)('the piece %s has a page and three hints without code', async (name) => {
  const { piece } = (await import(/* @vite-ignore */ resolve(`examples/course/pieces/${name}/piece.ts`))) as {
    piece: typeof training;
  };
  expect(readFileSync(`examples/course/pieces/${name}/README.md`, 'utf8')).toMatch(/^# .+\n/);
  for (const hint of piece.hints) expect(hint).toMatch(/^[^=>]{20,}$/);
});
