import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tf from '@tensorflow/tfjs-core';
import { cosineSchedule, createRandom, type Denoiser } from '../../src/index.js';
import { distributionMatching } from '../../examples/one-call/distribution-matching.js';
import { energyDistances } from '../../examples/one-call/energy-distance.js';
import { checkerboard, shareOnDark } from '../../examples/one-call/points.js';
import '../setup/wasm.js';
import { runExample } from './run-example.js';

let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'one-call-'))));
afterAll(() => rmSync(folder, { recursive: true }));

describe('one-call', () => {
  it('counts the points of a checkerboard that are on dark fields', async () => {
    const points = Float32Array.from(await checkerboard(4000, createRandom(1)).data());
    expect(shareOnDark(points)).toBeGreaterThan(0.998);
    // moved by a field, all are on light ones, or beyond the board; half of the square around the board is dark
    const moved = points.map((place, i) => (i % 2 === 0 ? place + Math.sqrt(12) / 4 : place));
    expect(shareOnDark(moved)).toBeLessThan(0.002);
    expect(shareOnDark(await createRandom(2).uniform([4000, 2], -1.7, 1.7).data())).toBeCloseTo(0.5, 1);
    const mean = points.reduce((sum, place) => sum + place, 0) / points.length;
    expect(points.reduce((sum, place) => sum + (place - mean) ** 2, 0) / points.length).toBeCloseTo(1, 1);
  });

  it('moves samples by the difference of two estimates, and differentiates nothing else', async () => {
    const schedule = cosineSchedule({ steps: 1000 });
    const of = (estimate: (x: tf.Tensor) => tf.Tensor) =>
      ({ schedule, estimate: (x: tf.Tensor) => ({ sample: estimate(x), noise: x }) }) as unknown as Denoiser;
    const w = tf.variable(tf.scalar(3));
    const { losses } = distributionMatching({
      teacher: of((x) => tf.fill(x.shape, 2)),
      imitator: of((x) => tf.fill(x.shape, 5)),
    });
    const [x, noise] = [tf.tensor2d([[1, 3], [2, 2]]), tf.zeros([2, 2])]; // prettier-ignore
    const timesteps = Int32Array.of(500, 500);
    const student = of((xt) => tf.mul(w, xt));
    const options = { training: true, random: createRandom(1) };
    const loss = () => tf.sum<tf.Scalar>(losses({ student, x, noise, timesteps, step: 0, options }));
    const { value, grads } = tf.variableGrads(loss, [w]);
    // samples are 3 alpha x, and the pull is 3 by their mean distance from 2
    const alpha = Math.sqrt(schedule.alphaBar[500]!);
    const pulls = [[1, 3], [2, 2]].map((row) => 3 / (row.reduce((sum, one) => sum + Math.abs(3 * alpha * one - 2), 0) / 2)); // prettier-ignore
    expect((await value.data())[0]).toBeCloseTo(
      pulls.reduce((sum, pull) => sum + pull ** 2 / 2, 0),
      4,
    );
    const slope = pulls.reduce((sum, pull) => sum + pull * alpha * 2, 0);
    expect((await grads[w.name]!.data())[0]).toBeCloseTo(slope, 4);
  });

  it('measures the energy distance of samples in three views, by label', async () => {
    const random = createRandom(3);
    const [samples, x] = [random.normal([4, 4, 4, 2]), random.normal([4, 4, 4, 2])];
    const labels = [0, 1, 1, 2];
    const viewsOf = async (pictures: tf.Tensor): Promise<number[][][]> => {
      const all = Array.from(await pictures.data());
      return labels.map((label, n) => {
        const at = (i: number, j: number, channel: number) => all[((4 * n + i) * 4 + j) * 2 + channel]!;
        const places = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].flatMap((j) => [0, 1].map((k) => [i, j, k] as const)));
        const ofClass = [0, 1, 2].map((one) => (one === label ? 15 / Math.SQRT2 : 0));
        const means = [0, 1].map((k) => (4 * places.filter((place) => place[2] === k).reduce((sum, place) => sum + at(...place), 0)) / 16); // prettier-ignore
        const across = places.filter(([, j]) => j < 3).map(([i, j, k]) => at(i, j + 1, k) - at(i, j, k));
        const down = places.filter(([i]) => i < 3).map(([i, j, k]) => at(i + 1, j, k) - at(i, j, k));
        return [places.map((place) => at(...place)), means, [...across, ...down]].map((view) => [...view, ...ofClass]);
      });
    };
    const [made, real] = [await viewsOf(samples), await viewsOf(x)];
    const distance = (a: number[], b: number[]) =>
      Math.sqrt(1 + a.reduce((sum, one, i) => sum + (one - b[i]!) ** 2, 0));
    const expected = made.map((ofSample, i) =>
      ofSample.reduce((sum, view, kind) => {
        const toReal = real.reduce((all, other) => all + distance(view, other[kind]!), 0) / 4;
        const toMade = made.reduce((all, other, j) => all + (j === i ? 0 : distance(view, other[kind]!)), 0) / 3;
        return sum + 2 * toReal - toMade;
      }, 0),
    );
    const found = await energyDistances(samples, x, tf.tensor1d(labels, 'int32'), 3).data();
    expected.forEach((one, i) => expect(found[i]).toBeCloseTo(one, 3));
  });

  it('trains a student along paths, towards the distribution, and in further runs', () => {
    const brief = ['--train', 'clothes', '--steps', '1', '--matching', '2', '--json', 'brief.json'];
    const { status, stderr } = runExample('one-call', folder, brief);
    expect([status, stderr.match(/rror.*/)?.[0]]).toEqual([0, undefined]);
    expect(JSON.parse(readFileSync(join(folder, 'brief.json'), 'utf8'))).toMatchObject({ updates: 4 });
    expect(readFileSync(join(folder, 'out/one-call/clothes.safetensors')).length).toBeGreaterThan(600_000);
  });

  it('draws emoji and clothes with the weights that ship with it', () => {
    const { status, stdout, stderr } = runExample('one-call', folder, ['--json', 'report.json']);
    expect([status, stderr.match(/rror.*/)?.[0]]).toEqual([0, undefined]);
    expect(stdout).toMatch(/emoji: one picture in \d+ ms at best/);
    const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Record<string, object>;
    expect(Object.keys(report)).toEqual(expect.arrayContaining(['emoji', 'clothes', 'seed', 'backend']));
    for (const name of ['emoji', 'clothes', 'emoji-calls', 'clothes-calls'])
      expect(readFileSync(join(folder, `out/one-call/${name}.png`)).length).toBeGreaterThan(5000);
  });
});
