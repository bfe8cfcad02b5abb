import * as tf from '@tensorflow/tfjs-core';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareByEnergy, meanDistance } from '../../examples/diffusion-2d/energy-distance.js';
import { draw, swissRoll, twoMoons } from '../../examples/diffusion-2d/sets.js';
import { createRandom } from '../../src/index.js';
import { read } from '../support/close.js';
import { runExample } from './run-example.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diffusion-2d-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const example = (cwd: string, ...words: string[]) => runExample('diffusion-2d', join(folder, cwd), words);
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;

/** Distance of a raw point to the curves. */
const toCurve = {
  'two-moons': ([x, y]: readonly [number, number]) =>
    Math.min(Math.abs(Math.hypot(x + 0.5, y + 0.25) - 1), Math.abs(Math.hypot(x - 0.5, y - 0.25) - 1)),
  'swiss-roll': ([x, y]: readonly [number, number]) => {
    const turns = (Math.hypot(x, y) - Math.atan2(y, x)) / (2 * Math.PI);
    return 2 * Math.PI * Math.abs(turns - Math.round(turns));
  },
};

describe('the sets of diffusion-2d', () => {
  it.each([twoMoons, swissRoll])('have mean 0, variance 1, and lie on their curves: %o', async (set) => {
    const points = await read(draw(set, 10_000, createRandom(3)));
    const coordinates = [0, 1].map((axis) => [...points].filter((_, i) => i % 2 === axis));
    const variances = coordinates.map((values) => {
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      expect(mean).toBeCloseTo(0, 1);
      return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    });
    expect((variances[0]! + variances[1]!) / 2).toBeCloseTo(1, 1);
    for (let i = 0; i < points.length; i += 2) {
      const raw = [points[i]! * set.unit + set.mean[0], points[i + 1]! * set.unit + set.mean[1]] as const;
      expect(toCurve[set.name](raw)).toBeLessThan(5 * set.noise);
    }
  });
});

describe('the energy distance of diffusion-2d', () => {
  it('averages the distances of all pairs, also of a point with itself', () => {
    const [a, b] = [Float32Array.of(0, 0, 3, 4), Float32Array.of(0, 0, 0, 0, 0, 5, 6, 8)];
    expect(meanDistance(a, a)).toBe((2 * 5) / 4);
    expect(meanDistance(a, b)).toBeCloseTo((0 + 0 + 5 + 10 + 5 + 5 + Math.sqrt(10) + 5) / 8, 12);
    expect(meanDistance(a, a.slice()), 'two sets of the same points').toBe((2 * 5) / 4);
  });

  it('compares each of 20 draws with fresh data', async () => {
    let [samples, data] = [0, 0];
    const comparison = await compareByEnergy(
      async () => tf.tensor2d([[3 * ++samples, 0]]),
      () => tf.tensor2d([[0, (data++ % 2) * 4]]),
    );
    // data lie at (0, 0) and (0, 4) in turn, and the k-th sample, at (3 k, 0), meets (0, 4) first
    const far = Array.from({ length: 20 }, (_, i) => 2 * Math.hypot(3 * (i + 1), i % 2 === 0 ? 4 : 0));
    expect(comparison.energyDistance).toBeCloseTo(far.reduce((sum, value) => sum + value, 0) / 20, 10);
    expect(comparison.baseline).toBeCloseTo(8, 10);
  });
});

describe('the example diffusion-2d', () => {
  it('trains on both sets, draws, reports the worse, and continues from its checkpoints', () => {
    const few = ['--steps', '100', '--samples', '200'];
    const first = example('run', ...few, '--json', 'first.json');
    expect([first.status, first.stdout.includes('two-moons: energy distance')], first.stderr).toEqual([0, true]);
    const { sets, energyDistance, baseline, seconds } = json('run/first.json') as Record<string, number> & {
      sets: Record<string, { energyDistance: number; baseline: number }>;
    };
    const ratios = ['two-moons', 'swiss-roll'].map((name) => sets[name]!.energyDistance / sets[name]!.baseline);
    expect(Math.min(...ratios), 'hardly trained').toBeGreaterThan(1);
    expect(energyDistance! / baseline!).toBe(Math.max(...ratios));
    expect(seconds).toBeGreaterThan(0);
    const out = join(folder, 'run/out/diffusion-2d');
    for (const name of ['two-moons', 'swiss-roll']) {
      const svg = readFileSync(join(out, `${name}.svg`), 'utf8');
      for (const title of ['samples', 'data', 'paths', 'standard deviations']) expect(svg).toContain(title);
      expect(svg.match(/h0/g)!.length, 'dots of twelve panels, and the ends of paths').toBe(12 * 500 + 60);
      expect(svg.match(/>(field, )?σ = 0\.\d\d</g), 'panels with a time').toHaveLength(9);
      expect(svg).not.toMatch(/NaN|undefined/);
    }

    const second = example('run', '--steps', '120', '--samples', '200', '--resume', out, '--json', 'second.json');
    expect(second.status, second.stderr).toBe(0);
    expect(json('run/second.json')['sets'], 'trained on').not.toEqual(sets);
  });

  it.each([
    ['too few updates', ['--steps', '3'], /--steps must be an integer of at least 100/],
    ['a single sample', ['--samples', '1'], /--samples must be an integer of at least 2/],
    ['a folder without checkpoints', ['--resume', '.'], /^--resume \.\/two-moons\.safetensors: /],
  ])('answers %s with one line and code 2, and writes nothing', (name, words, line) => {
    const cwd = name.replaceAll(' ', '-');
    const { status, stdout, stderr } = example(cwd, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(folder, cwd, 'out'))).toBe(false);
  });
});
