import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { draw, grid, ring } from '../../examples/gan-modes/targets.js';
import { createRandom } from '../../src/index.js';
import { read } from '../support/close.js';
import { runExample } from './run-example.js';

let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'gan-modes-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const example = (cwd: string, ...words: string[]) => runExample('gan-modes', join(folder, cwd), words);
const json = (name: string) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Record<string, unknown>;

describe('the targets of gan-modes', () => {
  it.each([ring, grid])('have unit variance and the expected modes: %o', async (target) => {
    const points = await read(draw(target, 4000, createRandom(3)));
    const mean = points.reduce((sum, value) => sum + value, 0) / points.length;
    const variance = points.reduce((sum, value) => sum + (value - mean) ** 2, 0) / points.length;
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
    const counts = new Array<number>(target.centers.length).fill(0);
    for (let i = 0; i < points.length; i += 2) {
      const [x, y] = [points[i]! * target.unit, points[i + 1]! * target.unit];
      const distances = target.centers.map(([a, b]) => Math.hypot(x - a, y - b));
      const nearest = distances.indexOf(Math.min(...distances));
      counts[nearest]!++;
      expect(distances[nearest]).toBeLessThan(5 * target.standardDeviation);
    }
    for (const count of counts) expect(count * target.centers.length).toBeGreaterThan(2800);
  });
});

describe('the example gan-modes', () => {
  it('trains on both targets and the plain game, draws, reports, and continues from its checkpoints', () => {
    const steps = ['--ring-steps', '100', '--grid-steps', '100'];
    const first = example('run', ...steps, '--contrast', '--json', 'first.json');
    expect([first.status, first.stdout.includes('ring: ')], first.stderr).toEqual([0, true]);
    const report = json('run/first.json');
    for (const result of [report, report['contrast'] as typeof report]) {
      for (const name of ['ring', 'grid']) {
        const { modes, highQuality } = result[name] as { modes: number; highQuality: number };
        expect(Number.isInteger(modes)).toBe(true);
        expect(highQuality).toBeGreaterThanOrEqual(0);
        expect(highQuality).toBeLessThanOrEqual(1);
      }
    }
    expect(report['seconds']).toBeGreaterThan(0);
    const out = join(folder, 'run/out/gan-modes');
    for (const name of ['ring', 'grid', 'ring-minimax', 'grid-minimax']) {
      const svg = readFileSync(join(out, `${name}.svg`), 'utf8');
      expect(svg.match(/>\d+ updates</g), 'a title for each panel').toHaveLength(6);
      expect(svg.match(/h0/g)!.length, 'modes and points of six panels').toBe(
        6 * (800 + (name.startsWith('ring') ? 8 : 25)),
      );
      expect(svg).not.toMatch(/NaN|undefined/);
    }

    const more = ['--ring-steps', '100', '--grid-steps', '120'];
    const second = example('run', ...more, '--resume', out, '--json', 'second.json');
    expect(second.status, second.stderr).toBe(0);
    expect(json('run/second.json')['ring'], 'nothing was left to do').toEqual(report['ring']);
  });

  it.each([
    ['too few updates', ['--grid-steps', '3'], /--grid-steps must be an integer of at least 100/],
    ['a value for a flag', ['--contrast=yes'], /--contrast takes no value/],
    ['a folder without checkpoints', ['--resume', '.'], /^--resume \.\/ring\.safetensors: /],
  ])('answers %s with one line and code 2, and writes nothing', (name, words, line) => {
    const cwd = name.replaceAll(' ', '-');
    const { status, stdout, stderr } = example(cwd, ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd()).not.toContain('\n');
    expect(existsSync(join(folder, cwd, 'out'))).toBe(false);
  });
});
