import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

type Shaped = Readonly<Record<string, Tensor>>;

interface ConvolutionAttributes {
  readonly strides: number | [number, number];
  readonly dilations?: number | [number, number];
  readonly pad: 'valid' | 'same' | number;
  readonly inputShape: number[];
  readonly filterShape: number[];
}

const convolved = ({ x, filter }: Shaped, { strides, dilations = 1, pad }: ConvolutionAttributes): number[] =>
  tf.backend_util.computeConv2DInfo(
    x!.shape as [number, number, number, number],
    filter!.shape as [number, number, number, number],
    strides,
    dilations,
    pad,
  ).outShape;

/** The shapes of what takes the longest. */
const shapes: Readonly<Record<string, (inputs: Shaped, attributes: ConvolutionAttributes) => number[]>> = {
  Conv2D: convolved,
  FusedConv2D: convolved,
  Conv2DBackpropInput: (_, { inputShape }) => inputShape,
  Conv2DBackpropFilter: (_, { filterShape }) => filterShape,
};

/**
 * Runs a kernel; of a convolution, only the shape is computed, and the result is zeros. A recording needs no other numbers, and in
 * JavaScript a step of a U-Net takes minutes.
 */
export function shapeOnly(
  name: string,
  inputs: Readonly<Record<string, Tensor | undefined>>,
  attributes: object | undefined,
  run: (name: string, inputs: Readonly<Record<string, Tensor | undefined>>, attributes?: object) => Tensor | Tensor[],
): Tensor | Tensor[] {
  const shapeOf = shapes[name];
  if (shapeOf === undefined) return run(name, inputs, attributes);
  const shape = shapeOf(inputs as Shaped, attributes as ConvolutionAttributes);
  return run('Fill', {}, { shape, value: 0, dtype: 'float32' });
}
