import type { Kind } from '../layer.js';
import { composed, convOutline, denseOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface ConvEncoderOptions {
  readonly shape: readonly [number, number, number];
  readonly widths: readonly number[];
  readonly outputs: number;
  readonly activation: unknown;
}

export const convEncoder: Kind<ConvEncoderOptions> = {
  parts: ({ shape: [height, width, channels], widths, outputs, activation }) => {
    const shrink = 2 ** widths.length;
    const layer = { kernelSize: 4, strides: 2, activation };
    return [
      ...widths.map((filters, i) => convOutline(widths[i - 1] ?? channels, filters, layer)),
      composed('flatten'),
      denseOutline(Math.ceil(height / shrink) * Math.ceil(width / shrink) * widths.at(-1)!, outputs),
    ];
  },
  input: ({ options }) => options,
  emit: sequential.emit,
};
