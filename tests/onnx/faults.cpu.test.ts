import * as tf from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { modelOf } from '../../src/onnx/save-onnx.js';
import { writeModel, type Attributes, type Node, type OnnxModel } from '../../src/onnx/write-model.js';
import { examplesOf, inputsOf, trained } from './cases.js';
import { difference, runOnnx } from './run-onnx.js';

/** Plants a fault in a model, where there is a place for it; tells whether there was. */
type Fault = (model: OnnxModel) => boolean;

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** Another attribute in all nodes of an operator that have it. */
const attribute =
  (operator: string, name: string, change: (value: never) => Attributes[string]): Fault =>
  ({ nodes }) => {
    const found = nodes.filter((node) => node.operator === operator);
    const changed = found.filter((node) => {
      const [before, after] = [node.attributes[name], change(node.attributes[name] as never)];
      (node as Writable<Node>).attributes = { ...node.attributes, [name]: after };
      return JSON.stringify(before) !== JSON.stringify(after);
    });
    return changed.length > 0;
  };

/** Another constant of an operator, among those that are not weights. */
const constant =
  (operator: string, input: number, change: (value: number) => number): Fault =>
  ({ nodes, constants }) => {
    let changed = false;
    for (const { inputs } of nodes.filter((node) => node.operator === operator)) {
      const numbers = constants.get(inputs[input] ?? '');
      if (!(numbers?.data instanceof Float32Array) || !inputs[input]!.includes('/')) continue;
      constants.set(inputs[input]!, { ...numbers, data: numbers.data.map(change) });
      changed = true;
    }
    return changed;
  };

/** Nodes that the result does without, so that the next ones get their input. */
const without =
  (isLeftOut: (node: Node, next: readonly Node[]) => boolean): Fault =>
  ({ nodes }) => {
    const left = nodes.filter((node) => {
      const next = nodes.filter(({ inputs }) => inputs.includes(node.outputs[0]!));
      return isLeftOut(node, next);
    });
    for (const { inputs, outputs } of left)
      for (const node of nodes) {
        const renamed = node.inputs.map((name) => (name === outputs[0] ? inputs[0]! : name));
        (node as Writable<Node>).inputs = renamed;
      }
    return left.length > 0;
  };

const swapped = (pads: readonly number[]): number[] => [
  ...pads.slice(pads.length / 2),
  ...pads.slice(0, pads.length / 2),
];
const tenfold = (epsilon: number): number => 10 * epsilon;

const faults: Readonly<Record<string, Fault>> = {
  'the odd row of zeros at the top': attribute('Conv', 'auto_pad', (pad: string) => pad.replace('UPPER', 'LOWER')),
  'zeros where there are none': attribute('Conv', 'auto_pad', (pad: string) => pad.replace('VALID', 'SAME_UPPER')),
  'no zeros': attribute('Conv', 'auto_pad', (pad: string) => pad.replace('SAME_UPPER', 'VALID')),
  'other strides': attribute('Conv', 'strides', (strides: readonly number[]) => strides.map((one) => one + 1)),
  'strides in the wrong order': attribute('Conv', 'strides', (strides: readonly number[]) => [...strides].reverse()),
  'the odd row of a transposed convolution cut at the top': attribute('ConvTranspose', 'pads', swapped),
  'no rows added': attribute('ConvTranspose', 'output_padding', (rows: readonly number[]) => rows.map(() => 0)),
  'the epsilon of batchNorm': attribute('BatchNormalization', 'epsilon', tenfold),
  'the epsilon of groupNorm': attribute('InstanceNormalization', 'epsilon', tenfold),
  'the epsilon of layerNorm': attribute('LayerNormalization', 'epsilon', tenfold),
  'the slope of leakyRelu': attribute('LeakyRelu', 'alpha', () => 0.01),
  'other axes of a mean': attribute('ReduceMean', 'axes', ([axis]: readonly [number]) => [axis === 0 ? 1 : 0]),
  'another axis of a concatenation': attribute('Concat', 'axis', (axis: number) => (axis > 1 ? axis - 1 : axis)),
  'another axis of a split': attribute('Split', 'axis', (axis: number) => (axis > 1 ? axis - 1 : axis)),
  'tokens that see what comes later': attribute('Trilu', 'upper', () => 1),
  'the other order of patches': attribute('DepthToSpace', 'mode', () => 'CRD'),
  'features of a flatten in the order of the channels': without(
    (node, next) => node.operator === 'Transpose' && next.some(({ operator }) => operator === 'Reshape'),
  ),
  'features before a reshape in that order': without(
    (node, next) => node.operator === 'Transpose' && next.some(({ operator }) => operator.startsWith('Conv')),
  ),
  'scores without their scale': without(
    ({ operator, inputs }, next) =>
      operator === 'Mul' && inputs[1]!.includes('/') && next.some((one) => one.operator === 'MatMul'),
  ),
  'radians instead of turns': constant('Mul', 1, (value) => (value > 6 ? 1 : value)),
  'the number under a root': constant('Add', 1, (value) => (value === Math.fround(1e-8) ? 0.1 : value)),
  'gelu with another constant': constant('Mul', 1, (value) => (Math.abs(value - Math.SQRT1_2) < 1e-6 ? 0.8 : value)),
};
test.each(Object.entries(faults))('%s: our tests find it', async (_, plant) => {
  let count = 0;
  for (const given of trained) {
    const network = given.make();
    const examples = examplesOf(given, given.name === 'minibatchStddev' ? 6 : 3);
    const { inputs, values } = inputsOf(given, examples);
    const model = await modelOf(network, { inputs });
    if (!plant(model)) continue;
    count++;
    const ours = tf.tidy(() => network.apply(examples.x, examples.options));
    // a model that does not load, or has another shape, is found as well
    const distance = await runOnnx(writeModel(model), values).then(
      ({ output }) => difference(ours, output).catch(() => Infinity),
      () => Infinity,
    );
    if (!(distance < 1e-5)) return;
  }
  expect.unreachable(`none of ${count} models differs`);
});
