import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { operationOf } from '../../../src/pytorch/source/operations.js';
import { printSource } from '../../../src/pytorch/source/print-source.js';
import { isRecordable } from '../../../src/record/operations.js';

test('each kernel that a recording may have can be written', () => {
  const file = readFileSync(new URL('../../../src/record/operations.ts', import.meta.url), 'utf8');
  const names = [...new Set(file.match(/\w+/g))].filter(isRecordable);
  expect(names.length).toBeGreaterThan(100);
  expect(names.filter((name) => operationOf(name) === undefined)).toEqual([]);
  for (const mark of ['Normalize', 'Gelu', 'Waves', 'StopGradient']) expect(operationOf(mark), mark).toBeDefined();
});

test('another operation is named with its scope, in one sentence', () => {
  const tensor = { shape: [2], dtype: 'float32' as const };
  const output = { ...tensor };
  const recording = {
    inputs: [{ name: 'x', tensor, ...tensor }],
    draws: [],
    state: [],
    constants: [],
    nodes: [{ operation: 'Foo', inputs: { x: tensor }, attributes: {}, outputs: [output], scope: 'decoder/2' }],
    outputs: [{ name: 'y', tensor: output, ...output }],
    sizes: {},
    dispose: () => undefined,
  };
  expect(() => printSource(recording, 'exportRun', 'trainer')).toThrow(
    'exportRun: `trainer` must consist of operations that can be written as PyTorch; got Foo in decoder/2. Train it here, or without this operation.',
  );
});
