import { outline, type Kind } from '../layer.js';

interface ConvEncoderOptions {
  readonly shape: readonly number[];
  readonly widths: readonly number[];
  readonly activation?: unknown;
}

export const convEncoder: Kind<ConvEncoderOptions> = {
  parts: ({ widths, activation = 'relu' }) => [
    ...widths.map(() => outline('conv2d', { strides: 2, activation })),
    outline('flatten'),
    outline('dense'),
  ],
  input: ({ shape }) => shape,
};
