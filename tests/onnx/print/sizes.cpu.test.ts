import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { modelOfRecording } from '../../../src/onnx/print-recording.js';
import type {
  RecordedAttribute,
  RecordedNode,
  RecordedTensor,
  Recording,
  Size,
} from '../../../src/record/recording.js';
import { inScope } from '../../support/in-scope.js';
import { bytesOf, runNamed } from './run-recording.js';

inScope();

const tensor = (...shape: Size[]): RecordedTensor => ({ shape, dtype: 'float32' });
const node = (
  operation: string,
  inputs: Record<string, RecordedTensor>,
  output: RecordedTensor,
  attributes: Record<string, RecordedAttribute> = {},
  scope = '',
): RecordedNode => ({ operation, inputs, attributes, outputs: [output], scope });

/** A recording of one input `x` whose first axis, and third if it has more than two, are free. */
function freeRecording(x: RecordedTensor, nodes: readonly RecordedNode[], more: Partial<Recording> = {}): Recording {
  return {
    inputs: [{ name: 'x', tensor: x, ...x }],
    draws: [],
    state: [],
    constants: [],
    nodes,
    outputs: nodes.map(({ outputs: [y] }, i) => ({ name: `y${i}`, tensor: y!, ...y! })),
    sizes: { batch: { of: x, axis: 0 }, width: { of: x, axis: 2 } },
    dispose: () => undefined,
    ...more,
  };
}

test('one model serves all free sizes', async () => {
  const [batch, width] = [{ batch: 1 }, { width: 1 }];
  const places = { 'batch*width': 1 };
  const x = tensor(batch, 4, width, 2);
  const rows = tensor({ 'batch*width': 4 }, 2);
  const half = tensor({ batch: 0.5 }, 8, width, 2);
  const recording = freeRecording(x, [
    node('Reshape', { x }, rows),
    node('Reshape', { x }, half),
    node('Fill', {}, tensor(batch, 3), { value: { batch: 2, '1': 1 } }),
    node('Fill', {}, tensor(), { value: { 'batch*width': 0.25 } }),
    node('Range', {}, tensor(places), { start: 0, stop: places, step: 1, dtype: 'float32' }),
    node('Slice', { x }, tensor({ batch: 1, '1': -1 }, 2, { width: 0.5 }, 2), {
      begin: [1, 1, { width: 0.5 }, 0],
      size: [-1, 2, -1, -1],
    }),
    node('Tile', { x }, tensor({ batch: 2 }, 4, { 'width*width': 1 }, 2), { reps: [2, 1, width, 1] }),
    node('Transpose', { x }, tensor(4, batch, 2, width), { perm: [1, 0, 3, 2] }),
  ]);
  const bytes = bytesOf(recording);
  for (const [batch, width] of [
    [2, 4],
    [6, 2],
  ] as const) {
    const given = tf.reshape(tf.range(0, batch * 4 * width * 2), [batch, 4, width, 2]);
    const got = await runNamed(bytes, { x: given });
    const expected = [
      tf.reshape(given, [batch * width * 4, 2]),
      tf.reshape(given, [batch / 2, 8, width, 2]),
      tf.fill([batch, 3], 2 * batch + 1),
      tf.scalar((batch * width) / 4),
      tf.range(0, batch * width),
      tf.slice(given, [1, 1, width / 2, 0], [batch - 1, 2, width / 2, 2]),
      tf.tile(given, [2, 1, width, 1]),
      tf.transpose(given, [1, 0, 3, 2]),
    ];
    expected.forEach((y, i) => {
      const { shape, data } = got[`y${i}`]!;
      expect({ shape, data }).toEqual({ shape: y.shape, data: Array.from(y.dataSync()) });
    });
  }
});

test('weights have their names, a name that is taken gets another one, and nodes say where they are', () => {
  const x = tensor({ batch: 1 }, 2);
  const weights = tensor(2, 3);
  const y = tensor({ batch: 1 }, 3);
  const data = Float32Array.of(1, 2, 3, 4, 5, 6);
  const recording = freeRecording(
    x,
    [node('BatchMatMul', { a: x, b: weights }, y, { transposeA: false, transposeB: false }, 'decoder/2')],
    { state: [{ name: 'decoder.0', tensor: weights, ...weights, next: undefined, data }] },
  );
  const model = modelOfRecording(recording);
  expect([...model.constants.keys()]).toEqual(['decoder.0']);
  expect(model.nodes[0]!.outputs[0]).toMatch(/^decoder\/2\/MatMul_\d+$/);
  expect(model.inputs.get('x')).toEqual({ dtype: 'float32', shape: ['batch', 2] });
  const renamed = modelOfRecording(recording, { names: { x: 'decoder.0', y0: 'z' } });
  expect([...renamed.inputs.keys(), ...renamed.constants.keys(), ...renamed.outputs.keys()]).toEqual([
    'decoder.0',
    'decoder.0_',
    'z',
  ]);
  expect(() => modelOfRecording(recording, { names: { x: 'y0' } })).toThrow("got 'y0' twice");
  const half = modelOfRecording(recording, { half: true });
  expect(half.constants.get('decoder.0')!.data).toBeInstanceOf(Uint16Array);
  data[1] = 70000;
  expect(() => modelOfRecording(recording, { half: true, argument: 'part' })).toThrow(
    'saveOnnx: `part` must have numbers at most 65504; got 70000.',
  );
});

test('state that changes is an input and an output', async () => {
  const x = tensor({ batch: 1 }, 2);
  const [count, next, fixed] = [tensor(), tensor(), tensor()];
  const one = tensor();
  const recording = freeRecording(x, [node('Add', { a: count, b: one }, next)], {
    state: [
      { name: 'count', tensor: count, ...count, next, data: Float32Array.of(5) },
      { name: 'fixed', tensor: fixed, ...fixed, next: undefined, data: Float32Array.of(2) },
    ],
    constants: [{ tensor: one, data: Float32Array.of(1) }],
    outputs: [],
  });
  const model = modelOfRecording(recording);
  expect([...model.inputs.keys()]).toEqual(['x', 'count', 'fixed']);
  const inputs = { x: tf.zeros([1, 2]), count: tf.scalar(7), fixed: tf.scalar(0) };
  expect((await runNamed(bytesOf(recording), inputs))['count:next']!.data).toEqual([8]);
});
