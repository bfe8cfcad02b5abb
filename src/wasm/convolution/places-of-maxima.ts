import * as tf from '@tensorflow/tfjs-core';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import type { Axis } from '../heap/module-calls.generated.js';

/** Windows along one axis of images. */
type WindowAxis = Pick<Axis, 'input' | 'output' | 'filter' | 'stride' | 'before'>;

/** The windows of a pooling over images. */
export interface Windows {
  readonly batch: number;
  readonly channels: number;
  readonly height: WindowAxis;
  readonly width: WindowAxis;
}

type PoolInfo = Readonly<Record<string, number>> & { readonly padInfo: Readonly<Record<string, number>> };

/** The windows that tfjs computes for these attributes. */
export function windowsOf(shape: number[], { filterSize, strides, pad, dimRoundingMode }: NamedAttrMap): Windows {
  const compute = tf.backend_util.computePool2DInfo as unknown as (...options: unknown[]) => PoolInfo;
  const info = compute(shape, filterSize, strides, 1, pad, dimRoundingMode);
  const axis = (name: string, side: string): WindowAxis => ({
    input: info[`in${name}`]!,
    output: info[`out${name}`]!,
    filter: info[`filter${name}`]!,
    stride: info[`stride${name}`]!,
    before: info.padInfo[side]!,
  });
  return {
    batch: info['batchSize']!,
    channels: info['inChannels']!,
    height: axis('Height', 'top'),
    width: axis('Width', 'left'),
  };
}

/**
 * For each output, the index of the largest pixel in its window: the first of equal ones, or a NaN if there is one; -1 if the window is
 * empty.
 */
export function placesOfMaxima(pixels: Float32Array, { batch, channels, height, width }: Windows): Int32Array {
  const places = new Int32Array(batch * height.output * width.output * channels).fill(-1);
  const largest = new Float64Array(channels);
  let output = 0;
  for (let image = 0; image < batch; image++) {
    for (let outRow = 0; outRow < height.output; outRow++) {
      const [firstRow, endRow] = reach(height, outRow);
      for (let outColumn = 0; outColumn < width.output; outColumn++, output += channels) {
        const [firstColumn, endColumn] = reach(width, outColumn);
        largest.fill(NaN);
        for (let row = firstRow; row < endRow; row++) {
          const line = (image * height.input + row) * width.input;
          for (let pixel = (line + firstColumn) * channels; pixel < (line + endColumn) * channels;) {
            for (let channel = 0; channel < channels; channel++, pixel++) {
              const value = pixels[pixel]!;
              // true for the first pixel and for NaN; after a NaN, only another NaN passes
              if (!(value <= largest[channel]!)) {
                const isNaN = Number.isNaN(value);
                if (isNaN && Number.isNaN(pixels[places[output + channel]!])) continue;
                largest[channel] = isNaN ? Infinity : value;
                places[output + channel] = pixel;
              }
            }
          }
        }
      }
    }
  }
  return places;
}

/** The average of the pixels in the window of an output. */
export function averageAt(pixels: Float32Array, { channels, height, width }: Windows, output: number): number {
  const channel = output % channels;
  const place = (output - channel) / channels;
  const line = Math.floor(place / width.output);
  const [firstRow, endRow] = reach(height, line % height.output);
  const [firstColumn, endColumn] = reach(width, place % width.output);
  const above = Math.floor(line / height.output) * height.input;
  let sum = 0;
  for (let row = firstRow; row < endRow; row++) {
    for (let column = firstColumn; column < endColumn; column++) {
      sum += pixels[((above + row) * width.input + column) * channels + channel]!;
    }
  }
  return sum / ((endRow - firstRow) * (endColumn - firstColumn));
}

/** The part of an axis that is in the window of an output. */
function reach({ input, filter, stride, before }: WindowAxis, output: number): [number, number] {
  const first = output * stride - before;
  return [Math.max(0, first), Math.min(input, first + filter)];
}
