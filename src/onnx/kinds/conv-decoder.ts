import { outline, type Kind } from '../layer.js';

interface ConvDecoderOptions {
  readonly inputs: number;
  readonly shape: readonly number[];
  readonly widths: readonly number[];
  readonly activation?: unknown;
}

export const convDecoder: Kind<ConvDecoderOptions> = {
  parts: ({ inputs, shape, widths, activation = 'relu' }) => {
    const sizeAfter = (i: number) => shape.slice(0, 2).map((size) => Math.ceil(size / 2 ** (widths.length - i)));
    return [
      outline('dense', { inputs, activation }),
      outline('reshape', { shape: [...sizeAfter(0), widths[0]] }),
      ...widths.map((_, i) =>
        outline('conv2dTranspose', {
          kernelSize: 4,
          strides: 2,
          outputSize: sizeAfter(i + 1),
          activation: i < widths.length - 1 && activation,
        }),
      ),
    ];
  },
};
