import { build } from 'esbuild';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDraws } from '../../examples/onnx-training/draws.js';
import { runExample } from './run-example.js';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-training-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('four models have the losses of this library in ONNX Runtime, and after they came back', () => {
  const words = ['--steps', '2', '--back', '1', '--examples', '64', '--json', 'report.json'];
  const { status, stderr } = runExample('onnx-training', folder, words);
  expect([status, stderr]).toEqual([0, '']);
  const { models } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as {
    models: Record<string, { first: number; away: number; back: number; there: number[] }>;
  };
  expect(Object.keys(models)).toEqual(['vae', 'gan', 'unet', 'transformer']);
  for (const [name, { first, away, back, there }] of Object.entries(models)) {
    expect({ name, is: first < 1e-5 && away < 1e-4 && back < 1e-4 }).toEqual({ name, is: true });
    expect(new Set(there).size).toBe(3);
  }
});

it.each(['node.ts', 'page.ts'])('%s has neither this library nor TensorFlow.js in its bundle', async (file) => {
  const { metafile } = await build({
    entryPoints: [`examples/onnx-training/${file}`],
    bundle: true,
    write: false,
    outdir: folder,
    format: 'esm',
    platform: file === 'node.ts' ? 'node' : 'browser',
    external: ['onnxruntime-web', 'onnxruntime-web/*'],
    metafile: true,
  });
  expect(Object.keys(metafile.inputs).sort()).toEqual(
    ['draws', 'open-training', 'replay-onnx', 'safetensors', file.slice(0, -3)]
      .sort()
      .map((name) => `examples/onnx-training/${name}.ts`),
  );
});

it('the program for Node trains from these files', async () => {
  const outfile = join('temp', 'onnx-training-node.mjs');
  await build({
    entryPoints: ['examples/onnx-training/node.ts'],
    bundle: true,
    outfile,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(process.cwd(), outfile), '2', 'vae'], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, '']);
  expect(stdout.match(/^vae: loss \d+\.\d+ -> \d+\.\d+ in 2 steps/gm)).toHaveLength(1);
});

describe('createDraws', () => {
  const shape = [40, 250];
  const momentsOf = (numbers: ArrayLike<number>) => {
    const list = Array.from(numbers);
    const mean = list.reduce((sum, x) => sum + x, 0) / list.length;
    return {
      mean,
      variance: list.reduce((sum, x) => sum + (x - mean) ** 2, 0) / list.length,
      low: Math.min(...list),
      high: Math.max(...list),
    };
  };

  it('draws each distribution, the same for the same seed', () => {
    const [draw, again, other] = [createDraws(1), createDraws(1), createDraws(2)];
    const normal = { name: 'x', shape, dtype: 'float32', distribution: 'normal' } as const;
    const numbers = draw(normal, 0);
    expect(again(normal, 0)).toEqual(numbers);
    expect(other(normal, 0)).not.toEqual(numbers);
    expect(draw(normal, 1)).not.toEqual(numbers);
    // five standard errors of 10,000 numbers
    const { mean, variance } = momentsOf(numbers);
    expect(Math.abs(mean)).toBeLessThan(0.05);
    expect(Math.abs(variance - 1)).toBeLessThan(5 * Math.sqrt(2 / 10_000));
    const uniform = momentsOf(draw({ ...normal, distribution: 'uniform', low: -2, high: 4 }, 0));
    expect(Math.abs(uniform.mean - 1)).toBeLessThan((5 * Math.sqrt(3)) / 100);
    expect([uniform.low >= -2, uniform.high < 4]).toEqual([true, true]);
    const integers = momentsOf(draw({ ...normal, dtype: 'int32', distribution: 'integers', low: 3, high: 7 }, 0));
    expect([integers.low, integers.high]).toEqual([3, 6]);
    expect(Math.abs(integers.mean - 4.5)).toBeLessThan((5 * Math.sqrt(1.25)) / 100);
  });

  it('stratified integers have one in each part, and a table has a row for each step', () => {
    const draw = createDraws(1);
    const timesteps = {
      name: 'timesteps',
      shape: [10],
      dtype: 'int32',
      distribution: 'stratified',
      low: 0,
      high: 1000,
    } as const;
    const parts = Array.from(draw(timesteps, 0), (t) => Math.floor(t / 100));
    expect(parts).not.toEqual([...parts].sort());
    expect(parts.sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const rate = { name: 'host0', shape: [], dtype: 'float32', distribution: 'table', rows: [[0.5], [0.25]] } as const;
    expect([0, 1, 2].map((step) => draw(rate, step)[0])).toEqual([0.5, 0.25, 0.25]);
  });
});
