/** The sizes along one axis of a transposed convolution. */
export interface TransposedAxis {
  /** The size to which a convolution maps this one. */
  smaller(size: number): number;
  /** The size of the output by default: `same` gives size * strides, `valid` the smallest size that a convolution maps back. */
  larger(size: number): number;
  /** How many numbers of one channel an output sums. */
  readonly reach: number;
}

/** The sizes along an axis with this size of the kernel. */
export function transposedAxis(kernelSize: number, strides: number, padding: 'same' | 'valid'): TransposedAxis {
  const isSame = padding === 'same';
  return {
    smaller: (size) => Math.ceil((size - (isSame ? 0 : kernelSize - 1)) / strides),
    larger: (size) => (isSame ? size * strides : (size - 1) * strides + kernelSize),
    reach: Math.max(1, kernelSize / strides),
  };
}
