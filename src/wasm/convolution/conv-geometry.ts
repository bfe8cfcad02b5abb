import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap, TensorInfo } from '@tensorflow/tfjs-core';
import { outOfRange } from '../../tensor/errors.js';

/** A convolution along one spatial axis. `before` is the padding in front of the first input, `after` that behind the last. */
export interface AxisGeometry {
  readonly input: number;
  readonly output: number;
  readonly filter: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** A two-dimensional convolution of images `[batch, height, width, channels]`. */
export interface ConvGeometry {
  readonly batch: number;
  readonly inputChannels: number;
  readonly outputChannels: number;
  readonly height: AxisGeometry;
  readonly width: AxisGeometry;
}

type Shape4 = [number, number, number, number];

/** The geometry of tfjs's convolution for these shapes and attributes, with every kind of padding turned into numbers. */
export function convGeometry(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: NamedAttrMap,
  depthwise: boolean,
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
    // tfjs's own gradient of a plain convolution does not pass on the dilation.
    (attributes['dilations'] ?? 1) as number | [number, number],
    pad as number | 'same' | 'valid' | tf.backend_util.ExplicitPadding,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    depthwise,
  );
  if (info.outHeight < 1 || info.outWidth < 1) {
    throw outOfRange(kernelName, 'filter', 'must fit into the padded images', {
      seen: `windows of ${info.effectiveFilterHeight} x ${info.effectiveFilterWidth} in images of ${info.inHeight} x ${info.inWidth}`,
      fix: "Take a smaller one, or padding 'same'.",
    });
  }
  return {
    batch: info.batchSize,
    inputChannels: info.inChannels,
    outputChannels: info.outChannels,
    height: {
      input: info.inHeight,
      output: info.outHeight,
      filter: info.filterHeight,
      stride: info.strideHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
      after: info.padInfo.bottom,
    },
    width: {
      input: info.inWidth,
      output: info.outWidth,
      filter: info.filterWidth,
      stride: info.strideWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
      after: info.padInfo.right,
    },
  };
}

/**
 * The geometry with the outputs of a gradient: tfjs does not tell the gradients of a convolution how it rounded their number. Only
 * the outputs change; the windows begin at the same places.
 */
export function withOutputs(geometry: ConvGeometry, { shape }: TensorInfo): ConvGeometry {
  const { height, width } = geometry;
  const [, rows, columns] = shape as [number, number, number, number];
  if (rows === height.output && columns === width.output) return geometry;
  return { ...geometry, height: { ...height, output: rows }, width: { ...width, output: columns } };
}

/** Whether the convolution is a single matrix product at every pixel. */
export function isPointwise({ height, width }: ConvGeometry): boolean {
  return [height, width].every(
    ({ input, output, filter, stride, before }) => filter === 1 && stride === 1 && before === 0 && output === input,
  );
}
