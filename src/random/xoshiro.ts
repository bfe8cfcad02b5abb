/** Words of the state: four words of each of four lanes. */
export const stateWords = 16;

/**
 * Fills `bits` with the outputs of four interleaved xoshiro128++ generators and advances them.
 *
 * Word `w` of lane `l` is `state[4 * w + l]`, and `bits[4 * k + l]` is output `k` of lane `l`: the layout in which one
 * 128-bit SIMD register holds one word of all four lanes.
 *
 * @param state - the sixteen words, changed in place; no lane may be all zero
 * @param bits - the array to fill; its length is a multiple of 4
 * @see Blackman and Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021); xoshiro128plusplus.c
 */
export function fillBits(state: Int32Array, bits: Int32Array): void {
  // One lane after another: four words fit in the registers of any CPU, sixteen do not.
  for (let lane = 0; lane < 4; lane++) {
    let s0 = state[lane]!;
    let s1 = state[4 + lane]!;
    let s2 = state[8 + lane]!;
    let s3 = state[12 + lane]!;
    for (let i = lane; i < bits.length; i += 4) {
      const sum = (s0 + s3) | 0;
      bits[i] = (((sum << 7) | (sum >>> 25)) + s0) | 0;
      const shifted = s1 << 9;
      s2 ^= s0;
      s3 ^= s1;
      s1 ^= s2;
      s0 ^= s3;
      s2 ^= shifted;
      s3 = (s3 << 11) | (s3 >>> 21);
    }
    state[lane] = s0;
    state[4 + lane] = s1;
    state[8 + lane] = s2;
    state[12 + lane] = s3;
  }
}
