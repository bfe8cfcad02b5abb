import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';
import type { Axis, Convolution } from '../heap/module-calls.generated.js';

/** A convolution along one spatial axis. `after` is the padding behind the last input, as tfjs computes it. */
export interface AxisGeometry extends Axis {
  readonly dilation: number;
  readonly after: number;
}

/** A two-dimensional convolution of images `[batch, height, width, channels]`, with more than the module needs. */
export interface ConvGeometry extends Convolution {
  readonly batch: number;
  readonly height: AxisGeometry;
  readonly width: AxisGeometry;
}

type Shape4 = [number, number, number, number];

/** The geometry of tfjs's convolution for these shapes and attributes, with every kind of padding converted to numbers. */
export function convGeometry(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: NamedAttrMap,
  isDepthwise: boolean,
): ConvGeometry {
  const { strides, pad, dimRoundingMode, dataFormat } = attributes;
  if (dataFormat !== undefined && dataFormat !== 'NHWC') {
    throw outOfRange(kernelName, 'dataFormat', 'must be NHWC on the wasm backend', {
      got: dataFormat,
      fix: 'Transpose the images to [batch, height, width, channels].',
    });
  }
  const info = tf.backend_util.computeConv2DInfo(
    [...inputShape] as Shape4,
    [...filterShape] as Shape4,
    strides as number | [number, number],
    // the gradients of a plain convolution have no dilations
    (attributes['dilations'] ?? 1) as number | [number, number],
    pad as number | 'same' | 'valid' | tf.backend_util.ExplicitPadding,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    isDepthwise,
  );
  if (info.outHeight < 1 || info.outWidth < 1) {
    throw outOfRange(kernelName, 'filter', 'must fit into the padded images', {
      seen: `windows of ${info.effectiveFilterHeight} x ${info.effectiveFilterWidth} in images of ${info.inHeight} x ${info.inWidth}`,
      fix: "Take a smaller one, or padding 'same'.",
    });
  }
  return {
    batch: info.batchSize,
    channels: info.inChannels,
    outChannels: info.outChannels,
    outPhases: 1,
    height: padded({
      input: info.inHeight,
      output: info.outHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
      after: info.padInfo.bottom,
    }),
    width: padded({
      input: info.inWidth,
      output: info.outWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
      after: info.padInfo.right,
    }),
  };
}

/** Adds the size of the input with all the padding that a filter reaches. */
function padded(axis: Omit<AxisGeometry, 'padded' | 'outBefore'>): AxisGeometry {
  // spreading the object would take several microseconds
  const { input, output, filter, stride, dilation, before, after } = axis;
  const reached = Math.max(input + before, (output - 1) * stride + filter);
  return { input, output, filter, stride, dilation, before, after, padded: reached, outBefore: 0 };
}

/**
 * The geometry of a gradient, with as many outputs as `dy`: tfjs does not pass the rounding of that number to the gradients of a
 * convolution. Only the outputs change; the windows begin at the same places.
 */
export function gradientGeometry(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: NamedAttrMap,
  dy: TensorInfo,
  isDepthwise = false,
): ConvGeometry {
  const geometry = convGeometry(kernelName, inputShape, filterShape, attributes, isDepthwise);
  const { height, width } = geometry;
  if (height.dilation !== 1 || width.dilation !== 1) {
    throw outOfRange(kernelName, 'dilations', 'must be 1, as in all gradients of tfjs', {
      got: attributes['dilations'],
    });
  }
  const [, rows, columns] = dy.shape as [number, number, number, number];
  if (rows === height.output && columns === width.output) return geometry;
  return { ...geometry, height: padded({ ...height, output: rows }), width: padded({ ...width, output: columns }) };
}

/** Whether the module can compute the convolution: it is not empty and has no dilation. */
export function isForModule({ batch, channels, outChannels, height, width }: ConvGeometry): boolean {
  const sizes = [batch, channels, outChannels, height.input, height.output, width.input, width.output];
  return Math.min(...sizes) > 0 && height.dilation === 1 && width.dilation === 1;
}

/** Whether the convolution is one matrix product at each pixel. */
export function isPointwise({ height, width }: ConvGeometry): boolean {
  return [height, width].every(
    ({ input, output, filter, stride, before }) => filter === 1 && stride === 1 && before === 0 && output === input,
  );
}
