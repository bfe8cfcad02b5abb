import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { activated } from '../composition/activated.js';
import { compose, type KernelFunction } from '../composition/compose.js';
import { convGeometry, isPointwise } from '../convolution/conv-geometry.js';
import { convolveFramed } from '../convolution/framed.js';
import { activateAfter, composeFused, isPerChannel } from './fused-steps.js';
import type { ReplacedKernel } from './kernel.js';

/** A depthwise convolution by tfjs's kernel, which is fast; if its result would be wrong, the images are padded first. */
export const depthwiseConv2d: ReplacedKernel = replacing('DepthwiseConv2dNative');

/** The same with biases and an activation. */
export const fusedDepthwiseConv2d: ReplacedKernel = replacing('FusedDepthwiseConv2D');

function replacing(kernelName: string): ReplacedKernel {
  return {
    kernelName,
    replace: (fused) => (args) => {
      const original: KernelFunction = (given) => activateAfter(fused, given);
      const { inputs, attrs = {} } = args;
      const { x, filter, bias } = inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
      const isRows = isPerChannel(inputs, filter.shape[2]! * filter.shape[3]!);
      // most calls end here: computing a geometry takes a third of the time of a small convolution
      const isOneTap = filter.shape[0] === 1 && filter.shape[1] === 1;
      if (isRows && !isOneTap && isKnownRight(x.shape, filter.shape, attrs)) return original(args);
      const geometry = convGeometry(kernelName, x.shape, filter.shape, attrs, true);
      // tfjs's kernel reports what is wrong with other dtypes
      if (x.dtype !== 'float32' || filter.dtype !== 'float32' || bias?.dtype === 'int32') return original(args);
      if (!isRows) return composeFused('DepthwiseConv2dNative', args);
      if (filter.shape[3] === 1 && isPointwise(geometry)) return scaled(args);
      return convolveFramed(original, args, geometry);
    },
  };
}

/** Multiplies each channel by one factor: XNNPACK has a special kernel for this, which turns NaN into an infinity. */
function scaled({ inputs, attrs = {}, backend }: Parameters<KernelFunction>[0]): TensorInfo {
  const { x, filter, bias, preluActivationWeights } = inputs as Record<string, TensorInfo>;
  return compose(backend, (composition) => {
    const { run, reshape } = composition;
    const product = run('Multiply', { a: x!, b: reshape(filter!, [filter!.shape[2]!]) });
    const sum = bias === undefined ? product : run('Add', { a: product, b: bias });
    return activated(composition, sum, attrs, preluActivationWeights);
  });
}

/** Whether tfjs's kernel is surely right, from a few comparisons of integers. */
function isKnownRight(image: number[], [rows, columns]: number[], attributes: NamedAttrMap): boolean {
  const { pad, strides, dilations, dataFormat } = attributes;
  if (dataFormat === 'NCHW' || (pad !== 'valid' && pad !== 'same')) return false;
  const [tall, wide] = pairOf(pad === 'same' ? strides : dilations);
  if (pad === 'same') return tall <= rows! && wide <= columns!;
  return tall === 1 && wide === 1 && rows! <= image[1]! && columns! <= image[2]!;
}

function pairOf(attribute: NamedAttrMap[string] | undefined): readonly [number, number] {
  if (attribute == null) return [1, 1];
  return (typeof attribute === 'number' ? [attribute, attribute] : attribute) as [number, number];
}
