import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';
import { enableWasmTraining, startWasm } from '../../src/wasm/index.js';
import { expectAgreement } from './agree.js';

const kernels = [
  'Add',
  'All',
  'Any',
  'AvgPool',
  'BatchMatMul',
  'BatchToSpaceND',
  'Cast',
  'ClipByValue',
  'Concat',
  'Conv2D',
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'Conv3DBackpropFilterV2',
  'Conv3DBackpropInputV2',
  'CropAndResize',
  'DepthwiseConv2dNative',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'Dilation2D',
  'Dilation2DBackpropFilter',
  'Dilation2DBackpropInput',
  'Einsum',
  'Exp',
  'Expm1',
  'FusedConv2D',
  'FusedDepthwiseConv2D',
  'GatherNd',
  'GatherV2',
  'GenerativeAdam',
  'GenerativeDense',
  'GenerativeMixture',
  'GenerativeNormalize',
  'GenerativeNormalizeGradient',
  'GenerativeNormals',
  'GenerativeSlope',
  'GenerativeSoftmaxGradient',
  'GenerativeSwish',
  'GenerativeSwishGradient',
  'GenerativeUniforms',
  'Identity',
  'Log1p',
  'Max',
  'MaxPool',
  'MaxPool3D',
  'MaxPool3DGrad',
  'MaxPoolGrad',
  'MaxPoolWithArgmax',
  'Maximum',
  'Mean',
  'Min',
  'Minimum',
  'Multiply',
  'OneHot',
  'Pack',
  'Prod',
  'Relu',
  'Relu6',
  'Rsqrt',
  'ScatterNd',
  'Sigmoid',
  'Slice',
  'Softplus',
  'SparseToDense',
  'SplitV',
  'Sqrt',
  'Sum',
  'Tanh',
  'TensorScatterUpdate',
  'Transpose',
  'UnsortedSegmentSum',
  '_FusedMatMul',
];

describe('enableWasmTraining', () => {
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
