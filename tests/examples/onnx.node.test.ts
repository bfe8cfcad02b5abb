import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runExample } from './run-example.js';
import { writeTinyData } from './tiny-data.js';

const python = process.env['PYTHON'] ?? '/usr/bin/python3';
const hasRuntime = spawnSync(python, ['-c', 'import numpy, onnxruntime']).status === 0;
if (!hasRuntime) console.warn(`${python} has no onnxruntime: the sampler in Python is NOT TESTED.`);

let folder = '';
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'onnx-'));
  await writeTinyData(join(folder, 'data'));
});
afterAll(() => rmSync(folder, { recursive: true }));

it('the exported models give the pictures of this library, in JavaScript and in Python', () => {
  const words = ['--data', 'data', '--steps', '3', '--json', 'report.json'];
  const { status, stderr } = runExample('onnx', folder, words);
  expect(stderr.split('\n').filter((line) => /rror/.test(line))).toEqual([]);
  expect(status).toBe(0);
  const report = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as Record<string, number | undefined>;
  expect(report['javascript']).toBeLessThan(1e-4);
  if (hasRuntime) expect(report['python']).toBeLessThan(1e-4);
  for (const name of ['decoder.onnx', 'denoiser.onnx', 'settings.json', 'samples.png'])
    expect(existsSync(join(folder, 'out/onnx', name))).toBe(true);
});
