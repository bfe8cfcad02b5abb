import type { Kind } from '../layer.js';
import { convOutline, denseOutline } from './outlines.js';
import { sequential } from './sequential.js';

interface ConvDecoderOptions {
  readonly inputs: number;
  readonly shape: readonly [number, number, number];
  readonly widths: readonly number[];
  readonly activation: unknown;
}

export const convDecoder: Kind<ConvDecoderOptions> = {
  parts: ({ inputs, shape: [height, width, channels], widths, activation }) => {
    const sizeAfter = (i: number): readonly [number, number] => {
      const shrink = 2 ** (widths.length - i);
      return [Math.ceil(height / shrink), Math.ceil(width / shrink)];
    };
    const smallest = [...sizeAfter(0), widths[0]!] as const;
    return [
      denseOutline(inputs, smallest[0] * smallest[1] * smallest[2], activation),
      { kind: 'reshape', options: { shape: smallest } },
      ...widths.map((from, i) => {
        const isLast = i === widths.length - 1;
        const layer = { kernelSize: 4, strides: 2, outputSize: sizeAfter(i + 1) };
        const options = { ...layer, activation: isLast ? undefined : activation };
        return { ...convOutline(from, widths[i + 1] ?? channels, options), kind: 'conv2dTranspose' };
      }),
    ];
  },
  emit: sequential.emit,
};
