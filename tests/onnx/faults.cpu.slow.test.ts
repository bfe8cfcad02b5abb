import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { onnxModelOf } from '../../src/onnx/save-onnx.js';
import { writeModel, type Attributes, type Constant, type Node, type OnnxModel } from '../../src/onnx/write-model.js';
import { examplesOf, inputsOf, trained } from './cases.js';
import { difference, runOnnx } from './run-onnx.js';

/** A place of a model where a fault can be planted, by a name that places of the same kind share. */
interface Place {
  readonly kind: string;
  readonly plant: (model: OnnxModel) => OnnxModel;
}

/**
 * What changes none of these numbers: how sizes of 0 are read; guards for a label out of range, which another test has; the epsilon of a
 * normalisation by given factors, which is 0; the number above 0 by which cross-attention sees the position of zeros.
 */
const harmless =
  /^(Reshape allowzero|Asin left out|Clip left out|Clip input [12], Int32|Expand input 0, Int32|Pad input 2, Float32|BatchNormalization epsilon)$/;

/** Another value of an attribute: other axes, orders, strides, paddings, epsilons, slopes, types. */
function otherValue(name: string, value: Attributes[string]): Attributes[string] {
  if (typeof value === 'string') {
    const others = {
      SAME_UPPER: 'SAME_LOWER',
      DCR: 'CRD',
      CRD: 'DCR',
      floor: 'ceil',
      asymmetric: 'align_corners',
      nearest: 'linear',
    };
    return Object.hasOwn(others, value) ? others[value as 'DCR'] : [...value].reverse().join('');
  }
  if (typeof value !== 'number') {
    const reversed = [...value].reverse();
    return reversed.some((one, i) => one !== value[i])
      ? reversed
      : value.map((one) => (one === 0 ? 1 : one > 1 ? one - 1 : one + 1));
  }
  if (name === 'epsilon') return 100 * value;
  if (name === 'alpha') return value + 0.1;
  if (name === 'to') return value === 1 ? 6 : 1;
  return value === 0 ? 1 : value - 1;
}

/** Other numbers of a constant. */
function otherNumbers({ data, shape }: Constant): Constant['data'] {
  if (data instanceof Float32Array)
    return data.map((one) => (Number.isFinite(one) && Math.abs(one) < 1e6 ? 1.2 * one + 0.003 : -one));
  const reversed = data.slice().reverse() as typeof data;
  if (shape.length > 0 && reversed.some((one, i) => one !== data[i])) return reversed;
  return data instanceof BigInt64Array
    ? data.map((one) => (one > 1n ? one - 1n : one + 1n))
    : (data as Int32Array).map((one) => (one > 1 ? one - 1 : one + 1));
}

const withNode = (model: OnnxModel, i: number, change: (node: Node) => Node): OnnxModel => ({
  ...model,
  nodes: model.nodes.map((node, j) => (i === j ? change(node) : node)),
});

/** The places of a model. */
function placesOf({ nodes, constants }: OnnxModel): Place[] {
  return nodes.flatMap(({ operator, attributes, inputs }, i): Place[] => [
    ...Object.entries(attributes).map(([name, value]): Place => ({
      kind: `${operator} ${name}`,
      plant: (model) =>
        withNode(model, i, (node) => ({
          ...node,
          attributes: { ...node.attributes, [name]: otherValue(name, value) },
        })),
    })),
    ...inputs.flatMap((input, j): Place[] => {
      const constant = constants.get(input);
      if (!constant) return [];
      const kind = `${operator} input ${j}, ${constant.data.constructor.name.replace('Array', '')}${constant.data.length > 1 ? 's' : ''}`;
      const plant = (model: OnnxModel): OnnxModel => ({
        ...withNode(model, i, (node) => ({ ...node, inputs: node.inputs.map((one, k) => (k === j ? 'fault' : one)) })),
        constants: new Map([...model.constants, ['fault', { ...constant, data: otherNumbers(constant) }]]),
      });
      return [{ kind, plant }];
    }),
    // an Identity is left out without a difference
    ...(operator === 'Identity' || inputs.length === 0
      ? []
      : [
          {
            kind: `${operator} left out`,
            plant: (model: OnnxModel) =>
              withNode(model, i, ({ outputs }) => ({
                operator: 'Identity',
                inputs: [inputs[0]!],
                outputs: [outputs[0]!],
                attributes: {},
              })),
          },
        ]),
    ...(inputs.length === 2 && /^(Sub|Div|MatMul|Greater|Less|Pow)/.test(operator)
      ? [
          {
            kind: `${operator} of swapped inputs`,
            plant: (model: OnnxModel) =>
              withNode(model, i, (node) => ({ ...node, inputs: [...node.inputs].reverse() })),
          },
        ]
      : []),
  ]);
}

test('a fault in an attribute, a constant, the order of inputs, or an operator left out is found by our networks', async () => {
  const open = new Set<string>();
  const found = new Set<string>();
  const tries = new Map<string, number>();
  for (const given of trained) {
    const network = given.make();
    const examples = examplesOf(given, given.name === 'minibatchStddev' ? 6 : 3);
    const { inputs, values } = inputsOf(given, examples);
    const model = await onnxModelOf(network, { inputs });
    const ours = tf.tidy(() => network.apply(examples.x, examples.options));
    for (const { kind, plant } of placesOf(model)) {
      if (found.has(kind) || (tries.get(kind) ?? 0) > 12) continue;
      tries.set(kind, (tries.get(kind) ?? 0) + 1);
      if (await isFound(plant(model), values, ours)) {
        found.add(kind);
        open.delete(kind);
      } else open.add(kind);
    }
  }
  expect([...open].filter((kind) => !harmless.test(kind))).toEqual([]);
  expect(found.size).toBeGreaterThan(80);
});

/** Whether a model does not load, has another shape, or other numbers. */
async function isFound(model: OnnxModel, values: readonly Tensor[], ours: Tensor): Promise<boolean> {
  const distance = await runOnnx(writeModel(model), values).then(
    ({ output }) => difference(ours, output).catch(() => Infinity),
    () => Infinity,
  );
  return !(distance < 1e-5);
}

test.each([1, 2])('a batch that is fixed at %i is found', async (size) => {
  const given = trained.find(({ name }) => name === 'unet')!;
  const network = given.make();
  const examples = examplesOf(given, 3);
  const { inputs, values } = inputsOf(given, examples);
  const model = await onnxModelOf(network, { inputs });
  const ours = tf.tidy(() => network.apply(examples.x, examples.options));
  const inner = new Map(
    [...model.inputs].map(([name, port]) => [
      name,
      'shape' in port ? { ...port, shape: port.shape.map((one) => (one === 'batch' ? size : one)) } : port,
    ]),
  );
  expect(await isFound({ ...model, inputs: inner }, values, ours)).toBe(true);
});
