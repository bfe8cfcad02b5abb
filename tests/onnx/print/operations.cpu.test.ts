import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { modelOfRecording } from '../../../src/onnx/print-recording.js';
import type { Recording } from '../../../src/record/recording.js';
import { inScope } from '../../support/in-scope.js';
import { emptyOf, numbersOf, specialOf, tensorOf } from '../../contract/operation-inputs.js';
import { cases, type Case, type Input } from '../../contract/operations.js';
import { isSame } from './expect-same.js';
import { recordOnce, together } from './record-once.js';
import { runRecording } from './run-recording.js';

inScope();

/** Where the printed operation gives something else in ONNX Runtime; `isRefused` if it throws there, or here. */
const deviations = [
  { operation: 'all', aspect: 'empty', what: 'of no values it is true; here false' },
  { operation: 'matMul', aspect: 'empty', what: 'an empty batch times one matrix has no numbers; here it has some' },
  { operation: 'max', aspect: 'empty', what: 'of no numbers it is -infinity; here NaN' },
  { operation: 'min', aspect: 'empty', what: 'of no numbers it is infinity; here NaN' },
  { operation: 'mirrorPad', aspect: 'empty', what: 'tfjs refuses it', isRefused: true },
  { operation: 'sign', aspect: 'special', what: 'NaN gives NaN; here 0' },
  { operation: 'topk', aspect: 'empty', what: 'no rows throw', isRefused: true },
  { operation: 'unsortedSegmentSum', aspect: 'special', what: 'NaN in one row stays there; here it gives NaN in all' },
  { operation: '_FusedMatMul', aspect: 'empty', what: 'it is not loaded', isRefused: true },
];

const aspects: Readonly<Record<string, (one: Case) => readonly (readonly Input[])[]>> = {
  values: ({ inputs }) => [inputs],
  broadcasting: ({ broadcast }) => (broadcast ? [broadcast] : []),
  special: (one) => (one.inputs.some(({ dtype }) => dtype === undefined) ? [specialOf(one)] : []),
  empty: (one) => (one.inputs.length > 0 ? emptyOf(one) : []),
};

/** The recordings of all operations in an aspect, each with its inputs and what it gives here. */
function recordedIn(aspect: string): Map<string, ReturnType<typeof recordOnce> & { inputs: Record<string, Tensor> }> {
  const all = new Map<string, ReturnType<typeof recordOnce> & { inputs: Record<string, Tensor> }>();
  for (const [operation, given] of Object.entries(cases)) {
    if (deviations.some((one) => one.isRefused && one.operation === operation && one.aspect === aspect)) continue;
    for (const one of [given].flat() as readonly Case[])
      for (const inputs of aspects[aspect]!(one)) {
        const tensors = inputs.map((input, i) => tensorOf(numbersOf(input, i), input.dtype));
        const named = Object.fromEntries(tensors.map((x, i) => [`x${i}`, x]));
        all.set(`${operation} ${all.size}`, { ...recordOnce(one.run, named), inputs: named });
      }
  }
  return all;
}

test.each(Object.keys(aspects))('each operation gives the same in ONNX Runtime: %s', async (aspect) => {
  const all = recordedIn(aspect);
  const recordings: Record<string, Recording> = {};
  const inputs: Record<string, Tensor> = {};
  for (const [key, one] of all) {
    recordings[key] = one.recording;
    for (const [name, x] of Object.entries(one.inputs)) inputs[`${key}/${name}`] = x;
  }
  const printed = await runRecording(together(recordings), inputs);
  const wrong = Array.from(all, ([key, { outputs }]) =>
    Object.entries(outputs).every(([name, x]) => isSame(x, printed[`${key}/${name}`])) ? '' : key.split(' ')[0]!,
  );
  const known = deviations.filter((one) => one.aspect === aspect && !one.isRefused).map(({ operation }) => operation);
  expect(Array.from(new Set(wrong.filter(Boolean))).sort()).toEqual(known.sort());
});

test('an operation that ONNX does not have is named with its scope', () => {
  const x = { shape: [2], dtype: 'float32' as const };
  const y = { shape: [2], dtype: 'float32' as const };
  const recording: Recording = {
    inputs: [{ name: 'x', tensor: x, ...x }],
    draws: [],
    state: [],
    constants: [],
    nodes: [{ operation: 'Foo', inputs: { x }, attributes: {}, outputs: [y], scope: 'decoder/2' }],
    outputs: [{ name: 'y', tensor: y, ...y }],
    sizes: {},
    dispose: () => undefined,
  };
  expect(() => modelOfRecording(recording)).toThrow(
    'saveOnnx: `recording` must consist of operations that ONNX has; got Foo in decoder/2. Record a part without it.',
  );
});
