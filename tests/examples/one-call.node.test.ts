import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../src/index.js';
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
