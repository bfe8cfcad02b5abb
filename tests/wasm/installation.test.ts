import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { enableWasmTraining, startWasm } from '../../src/wasm/index.js';
import { expectAgreement } from './agree.js';

/** The kernels that the files of `src/wasm/kernels` export, alone or in an array. */
const exported = Object.values(import.meta.glob<object>('../../src/wasm/kernels/*.ts', { eager: true }))
  .flatMap((module) => Object.values(module) as unknown[])
  .flat()
  .filter((value) => typeof value === 'object' && value !== null && 'kernelName' in value)
  .map(({ kernelName }) => kernelName);
const kernels = [...new Set(exported)].sort();

describe('enableWasmTraining', () => {
  it('finds kernels in their files', () => {
    expect(kernels.length).toBeGreaterThan(50);
  });

  it.each(['before', 'after'])(
    'installs its kernels once %s the backend starts, for every copy of the module',
    (order) => {
      const program = fileURLToPath(new URL('programs/install.ts', import.meta.url));
      const output = execFileSync(process.execPath, ['--import', 'tsx', program, order], { encoding: 'utf8' });
      const { first, second, other, isCopy, isUnchanged, error } = JSON.parse(output.trim().split('\n').at(-1)!);
      expect(first).toMatchObject({ kernels, installed: kernels });
      expect(second).toMatchObject({ kernels, installed: [] });
      expect(other).toMatchObject({ kernels, installed: [] });
      expect(isCopy).toBe(true);
      expect(isUnchanged).toBe(true);
      expect(error).toBeLessThan(1e-4);
    },
  );

  it('works for a backend that was removed and made again', async () => {
    const convolve = (x: tf.Tensor, w: tf.Tensor): tf.Tensor => tf.conv2d(x as Tensor4D, w as Tensor4D, 2, 'same');
    const shapes = [
      [2, 6, 5, 3],
      [3, 3, 3, 2],
    ];
    await expectAgreement(convolve, shapes);
    const old = tf.findBackend('wasm');
    const factory = tf.findBackendFactory('wasm');
    tf.removeBackend('wasm');
    tf.registerBackend('wasm', factory, 2);
    await tf.setBackend('wasm');
    expect(tf.findBackend('wasm')).not.toBe(old);
    await expectAgreement(convolve, shapes);
    await expectAgreement(
      (a, b) => tf.matMul(a, b, true),
      [
        [4, 3],
        [4, 5],
      ],
    );
    expect((await enableWasmTraining()).installed).toEqual([]);
  });
});

it('startWasm resolves to what a person reads: threads and tiles, and no list of kernels', async () => {
  const report = await startWasm({ threads: 1 });
  expect(Object.keys({ reason: '', ...report }).sort()).toEqual(['arithmetic', 'reason', 'threads']);
  expect(report.threads).toBe(1);
  expect(Object.values({ ...report, ...report.arithmetic })).not.toContain(undefined);
  expect(JSON.stringify(report).length).toBeLessThan(300);
});
