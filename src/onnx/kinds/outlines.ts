import type { Outline } from '../layer.js';

/** Added to the variance by norms of ready-made networks. */
const EPSILON = 1e-5;

export const denseOutline = (inputs: number, units: number, activation?: unknown): Outline => ({
  kind: 'dense',
  options: { inputs, units, activation },
});

/** A convolution with the padding `same`, transposed if it has an output size. */
export const convOutline = (
  inputs: number,
  filters: number,
  options: { readonly kernelSize: number; readonly strides?: number; readonly activation?: unknown },
): Outline => ({ kind: 'conv2d', options: { strides: 1, padding: 'same', ...options, inputs, filters } });

export const embeddingOutline = (classes: number, size: number): Outline => ({
  kind: 'embedding',
  options: { classes, size },
});

/** A norm with the default epsilon. */
export const normOutline = (kind: string, inputs: number, options?: object): Outline => ({
  kind,
  options: { epsilon: EPSILON, ...options, inputs },
});

export const composed = (kind: string, ...parts: readonly Outline[]): Outline => ({ kind, parts });
export const chain = (...parts: readonly Outline[]): Outline => composed('sequential', ...parts);
