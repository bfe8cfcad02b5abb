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

type Inputs = Readonly<Record<string, Tensor | undefined>>;
type RunKernel = (name: string, inputs: Inputs, attributes?: object) => Tensor | Tensor[];

/** Parts of tfjs's engine that are not public. */
interface TapeEngine {
  readonly state: { readonly gradientDepth: number; readonly kernelDepth: number };
  runKernelFunc(call: {
    readonly inputs: Shaped;
    readonly forwardFunc: (backend: unknown, save: (tensors: Tensor[]) => void) => Tensor | Tensor[];
    readonly backwardsFunc: (dy: Tensor, saved: Tensor[]) => object;
  }): Tensor | Tensor[];
}

/**
 * Runs a kernel; of a convolution, only the shape is computed, and the result is zeros. A recording needs no other numbers, and in
 * JavaScript a step of a U-Net takes minutes.
 */
export function shapeOnly(
  name: string,
  inputs: Inputs,
  attributes: object | undefined,
  run: RunKernel,
): Tensor | Tensor[] {
  const shapeOf = shapes[name];
  if (shapeOf === undefined) return run(name, inputs, attributes);
  const shape = shapeOf(inputs as Shaped, attributes as ConvolutionAttributes);
  const zeros = (): Tensor | Tensor[] => run('Fill', {}, { shape, value: 0, dtype: 'float32' });
  const engine = tf.engine() as unknown as TapeEngine;
  const gradient = tf.getGradient(name);
  const isOnTape = engine.state.gradientDepth > 0 && engine.state.kernelDepth === 0;
  if (!isOnTape || !gradient) return zeros();
  // zeros are made of nothing: the tape would lose the inputs
  return engine.runKernelFunc({
    inputs: inputs as Shaped,
    forwardFunc: (_, save) => {
      save((gradient.inputsToSave ?? []).map((input) => inputs[input]!));
      return zeros();
    },
    backwardsFunc: (dy, saved) => gradient.gradFunc(dy, saved, attributes as tf.NamedAttrMap),
  });
}
