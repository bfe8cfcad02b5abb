/**
 * NaN as JavaScript writes it, and as arithmetic makes it on x86; erased memory; signalling NaN; and others, whose bits integer arithmetic
 * turns into a number.
 */
export const NAN_PATTERNS: readonly number[] = [
  0x7fc00000, 0xffc00000, 0x7fffffff, 0xffffffff, 0x7f800001, 0xff800001, 0x7fa5a5a5, 0xffedcba9,
];

let count = 0;

/** One of the patterns after another, the same in each run. */
export function nextNaN(): number {
  return NAN_PATTERNS[count++ % NAN_PATTERNS.length]!;
}
