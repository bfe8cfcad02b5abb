/** Whether a number is 1, 2, 4, ...: in float32, dividing by it is the same as multiplying by its inverse. */
export function isPowerOfTwo(x: number): boolean {
  return x >= 1 && Number.isInteger(Math.log2(x));
}
