import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runExample } from './run-example.js';

const python = process.env['PYTHON'] ?? '/usr/bin/python3';
const has = "from importlib.util import find_spec as f; exit(not (f('torch') and f('safetensors')))";
const hasTorch = spawnSync(python, ['-c', has]).status === 0;
if (!hasTorch) console.warn(`${python} has no torch and safetensors: the round trips through PyTorch are NOT TESTED.`);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'pytorch-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const reportOf = (name: string): unknown =>
  (JSON.parse(readFileSync(join(folder, name), 'utf8')) as { models: unknown }).models;

// PyTorch starts once in each, which takes seconds
describe.runIf(hasTorch)('with PyTorch', () => {
  it('a VAE, a DCGAN and a U-Net go there and come back with the same outputs', () => {
    const { status, stderr } = runExample('pytorch', folder, ['--json', 'report.json']);
    expect([status, stderr]).toEqual([0, '']);
    const models = reportOf('report.json') as Record<string, Record<string, number>>;
    expect(Object.keys(models)).toEqual(['vae-dense', 'vae-conv', 'dcgan-generator', 'dcgan-discriminator', 'unet']);
    for (const [name, { there, back, thereHalf, backHalf }] of Object.entries(models)) {
      expect({ name, is: Math.max(there!, back!) < 1e-5 }).toEqual({ name, is: true });
      expect({ name, is: Math.max(thereHalf!, backHalf!) < 1e-3 }).toEqual({ name, is: true });
    }
  });

  it('a run that goes to two processes and comes back is the same run', () => {
    const { status, stderr } = runExample('scale-out', folder, ['--steps', '3', '--compare', '--json', 'report.json']);
    expect([status, stderr]).toEqual([0, '']);
    const models = reportOf('report.json') as Record<string, { readonly apart: number }>;
    for (const name of ['VAE', 'U-Net']) expect({ name, is: models[name]!.apart < 1e-4 }).toEqual({ name, is: true });
  });
});

describe('without PyTorch', () => {
  it.each(['pytorch', 'scale-out'])('%s says how to get it, in one line', (name) => {
    process.env['PYTHON'] = join(folder, 'no-python');
    const { status, stdout, stderr } = runExample(name, folder, []);
    delete process.env['PYTHON'];
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^This example needs PyTorch and safetensors in .*no-python.* apt-get install python3-torch [^\n]*\n$/,
    );
  });
});
